build-asan/cli/gatesh/row.o: cli/gatesh/row.c cli/gatesh/row.h \
 parser/text.h parser/parser.h
cli/gatesh/row.h:
parser/text.h:
parser/parser.h:
