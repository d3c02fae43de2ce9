build-asan/parser/args.o: parser/args.c parser/internal.h parser/parser.h
parser/internal.h:
parser/parser.h:
