build-asan/parser/draft.o: parser/draft.c parser/read.h parser/internal.h \
 parser/parser.h parser/nearest.h
parser/read.h:
parser/internal.h:
parser/parser.h:
parser/nearest.h:
