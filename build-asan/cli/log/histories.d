build-asan/cli/log/histories.o: cli/log/histories.c cli/log/histories.h \
 parser/text.h parser/parser.h
cli/log/histories.h:
parser/text.h:
parser/parser.h:
