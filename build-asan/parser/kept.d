build-asan/parser/kept.o: parser/kept.c parser/threads.h \
 parser/internal.h parser/parser.h
parser/threads.h:
parser/internal.h:
parser/parser.h:
