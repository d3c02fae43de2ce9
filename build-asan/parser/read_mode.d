build-asan/parser/read_mode.o: parser/read_mode.c parser/read.h \
 parser/internal.h parser/parser.h parser/nearest.h
parser/read.h:
parser/internal.h:
parser/parser.h:
parser/nearest.h:
