build-asan/cli/gatesh/pager.o: cli/gatesh/pager.c cli/gatesh/pager.h \
 parser/text.h parser/parser.h
cli/gatesh/pager.h:
parser/text.h:
parser/parser.h:
