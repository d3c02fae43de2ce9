build-asan/cli/gatesh/drawn.o: cli/gatesh/drawn.c cli/gatesh/row.h \
 parser/text.h parser/parser.h
cli/gatesh/row.h:
parser/text.h:
parser/parser.h:
