build-asan/tests/unit/kept.o: tests/unit/kept.c tests/support/config.h \
 parser/text.h parser/parser.h db/db.h
tests/support/config.h:
parser/text.h:
parser/parser.h:
db/db.h:
