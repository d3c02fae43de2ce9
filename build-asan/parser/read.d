build-asan/parser/read.o: parser/read.c parser/read.h parser/internal.h \
 parser/parser.h parser/nearest.h
parser/read.h:
parser/internal.h:
parser/parser.h:
parser/nearest.h:
