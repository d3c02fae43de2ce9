build-asan/parser/compile.o: parser/compile.c parser/read.h \
 parser/internal.h parser/parser.h parser/nearest.h
parser/read.h:
parser/internal.h:
parser/parser.h:
parser/nearest.h:
