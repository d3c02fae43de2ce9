build-asan/parser/state.o: parser/state.c parser/internal.h \
 parser/parser.h
parser/internal.h:
parser/parser.h:
