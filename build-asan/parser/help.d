build-asan/parser/help.o: parser/help.c parser/entries.h parser/threads.h \
 parser/internal.h parser/parser.h
parser/entries.h:
parser/threads.h:
parser/internal.h:
parser/parser.h:
