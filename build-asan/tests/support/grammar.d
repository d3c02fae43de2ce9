build-asan/tests/support/grammar.o: tests/support/grammar.c \
 tests/support/grammar.h parser/parser.h parser/internal.h
tests/support/grammar.h:
parser/parser.h:
parser/internal.h:
