build-asan/cli/gatesh/recall.o: cli/gatesh/recall.c cli/gatesh/screen.h \
 cli/gatesh/row.h parser/text.h parser/parser.h cli/gatesh/shell.h \
 cli/operator/console.h cli/gatesh/pager.h
cli/gatesh/screen.h:
cli/gatesh/row.h:
parser/text.h:
parser/parser.h:
cli/gatesh/shell.h:
cli/operator/console.h:
cli/gatesh/pager.h:
