build-asan/tests/support/cases.o: tests/support/cases.c \
 tests/support/cases.h tests/support/config.h parser/text.h \
 parser/parser.h db/db.h
tests/support/cases.h:
tests/support/config.h:
parser/text.h:
parser/parser.h:
db/db.h:
