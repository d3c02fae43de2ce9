build-asan/db/row.o: db/row.c db/row.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/fault.h db/key.h db/seal.h db/sql.h
db/row.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/fault.h:
db/key.h:
db/seal.h:
db/sql.h:
