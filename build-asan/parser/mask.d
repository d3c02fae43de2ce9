build-asan/parser/mask.o: parser/mask.c parser/internal.h parser/parser.h
parser/internal.h:
parser/parser.h:
