build-asan/parser/text.o: parser/text.c parser/text.h parser/parser.h
parser/text.h:
parser/parser.h:
