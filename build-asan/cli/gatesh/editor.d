build-asan/cli/gatesh/editor.o: cli/gatesh/editor.c cli/gatesh/screen.h \
 cli/gatesh/row.h parser/text.h parser/parser.h cli/gatesh/shell.h \
 cli/operator/console.h cli/gatesh/pager.h
cli/gatesh/screen.h:
cli/gatesh/row.h:
parser/text.h:
parser/parser.h:
cli/gatesh/shell.h:
cli/operator/console.h:
cli/gatesh/pager.h:
