build-asan/parser/pool.o: parser/pool.c parser/internal.h parser/parser.h
parser/internal.h:
parser/parser.h:
