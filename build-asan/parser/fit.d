build-asan/parser/fit.o: parser/fit.c parser/threads.h parser/internal.h \
 parser/parser.h
parser/threads.h:
parser/internal.h:
parser/parser.h:
