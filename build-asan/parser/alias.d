build-asan/parser/alias.o: parser/alias.c parser/read.h parser/internal.h \
 parser/parser.h parser/nearest.h
parser/read.h:
parser/internal.h:
parser/parser.h:
parser/nearest.h:
