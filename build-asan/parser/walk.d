build-asan/parser/walk.o: parser/walk.c parser/threads.h \
 parser/internal.h parser/parser.h
parser/threads.h:
parser/internal.h:
parser/parser.h:
