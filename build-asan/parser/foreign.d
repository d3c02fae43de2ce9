build-asan/parser/foreign.o: parser/foreign.c parser/read.h \
 parser/internal.h parser/parser.h parser/nearest.h
parser/read.h:
parser/internal.h:
parser/parser.h:
parser/nearest.h:
