build-asan/parser/read_table.o: parser/read_table.c parser/nearest.h \
 parser/read.h parser/internal.h parser/parser.h
parser/nearest.h:
parser/read.h:
parser/internal.h:
parser/parser.h:
