build-asan/parser/entries.o: parser/entries.c parser/entries.h \
 parser/threads.h parser/internal.h parser/parser.h
parser/entries.h:
parser/threads.h:
parser/internal.h:
parser/parser.h:
