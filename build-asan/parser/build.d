build-asan/parser/build.o: parser/build.c parser/read.h parser/internal.h \
 parser/parser.h parser/nearest.h
parser/read.h:
parser/internal.h:
parser/parser.h:
parser/nearest.h:
