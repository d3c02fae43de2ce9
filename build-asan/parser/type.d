build-asan/parser/type.o: parser/type.c parser/internal.h parser/parser.h
parser/internal.h:
parser/parser.h:
