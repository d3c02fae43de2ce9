build-asan/parser/gram.o: parser/gram.c parser/internal.h parser/parser.h
parser/internal.h:
parser/parser.h:
