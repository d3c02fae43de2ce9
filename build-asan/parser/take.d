build-asan/parser/take.o: parser/take.c parser/threads.h \
 parser/internal.h parser/parser.h
parser/threads.h:
parser/internal.h:
parser/parser.h:
