build-asan/cli/log/buffer.o: cli/log/buffer.c cli/log/buffer.h \
 parser/text.h parser/parser.h
cli/log/buffer.h:
parser/text.h:
parser/parser.h:
