build-asan/tests/support/database.o: tests/support/database.c \
 tests/support/database.h db/db.h parser/parser.h
tests/support/database.h:
db/db.h:
parser/parser.h:
