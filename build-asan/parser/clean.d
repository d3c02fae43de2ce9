build-asan/parser/clean.o: parser/clean.c parser/internal.h \
 parser/parser.h
parser/internal.h:
parser/parser.h:
