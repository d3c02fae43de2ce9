build-asan/parser/error.o: parser/error.c parser/parser.h
parser/parser.h:
