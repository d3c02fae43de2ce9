build-asan/parser/syntax.o: parser/syntax.c parser/read.h \
 parser/internal.h parser/parser.h parser/nearest.h
parser/read.h:
parser/internal.h:
parser/parser.h:
parser/nearest.h:
