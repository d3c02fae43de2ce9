build-asan/parser/attribute.o: parser/attribute.c parser/read.h \
 parser/internal.h parser/parser.h parser/nearest.h
parser/read.h:
parser/internal.h:
parser/parser.h:
parser/nearest.h:
