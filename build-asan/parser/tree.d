build-asan/parser/tree.o: parser/tree.c parser/read.h parser/internal.h \
 parser/parser.h parser/nearest.h
parser/read.h:
parser/internal.h:
parser/parser.h:
parser/nearest.h:
