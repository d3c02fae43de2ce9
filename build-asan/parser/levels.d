build-asan/parser/levels.o: parser/levels.c parser/internal.h \
 parser/parser.h
parser/internal.h:
parser/parser.h:
