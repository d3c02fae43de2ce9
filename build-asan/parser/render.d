build-asan/parser/render.o: parser/render.c parser/internal.h \
 parser/parser.h
parser/internal.h:
parser/parser.h:
