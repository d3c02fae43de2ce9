build-asan/parser/tokens.o: parser/tokens.c parser/threads.h \
 parser/internal.h parser/parser.h
parser/threads.h:
parser/internal.h:
parser/parser.h:
