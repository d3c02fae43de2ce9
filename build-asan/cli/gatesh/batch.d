build-asan/cli/gatesh/batch.o: cli/gatesh/batch.c cli/gatesh/shell.h \
 cli/operator/console.h cli/gatesh/pager.h parser/text.h parser/parser.h
cli/gatesh/shell.h:
cli/operator/console.h:
cli/gatesh/pager.h:
parser/text.h:
parser/parser.h:
