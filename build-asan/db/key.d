build-asan/db/key.o: db/key.c db/key.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/fault.h db/sql.h
db/key.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/fault.h:
db/sql.h:
