build-asan/cli/gatesh/typed.o: cli/gatesh/typed.c cli/gatesh/shell.h \
 cli/operator/console.h cli/gatesh/pager.h parser/text.h parser/parser.h
cli/gatesh/shell.h:
cli/operator/console.h:
cli/gatesh/pager.h:
parser/text.h:
parser/parser.h:
