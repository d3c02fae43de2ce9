build-asan/tests/support/grammar_dump.o: tests/support/grammar_dump.c \
 tests/support/grammar.h parser/parser.h parser/internal.h
tests/support/grammar.h:
parser/parser.h:
parser/internal.h:
