build-asan/parser/usage.o: parser/usage.c parser/entries.h \
 parser/threads.h parser/internal.h parser/parser.h parser/text.h
parser/entries.h:
parser/threads.h:
parser/internal.h:
parser/parser.h:
parser/text.h:
