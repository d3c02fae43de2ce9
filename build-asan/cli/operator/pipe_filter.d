build-asan/cli/operator/pipe_filter.o: cli/operator/pipe_filter.c \
 cli/operator/pipe_filter.h parser/text.h parser/parser.h
cli/operator/pipe_filter.h:
parser/text.h:
parser/parser.h:
