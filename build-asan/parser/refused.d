build-asan/parser/refused.o: parser/refused.c parser/threads.h \
 parser/internal.h parser/parser.h
parser/threads.h:
parser/internal.h:
parser/parser.h:
