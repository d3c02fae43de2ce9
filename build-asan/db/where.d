build-asan/db/where.o: db/where.c db/where.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/fault.h db/key.h db/known.h db/row.h \
 db/sql.h
db/where.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/fault.h:
db/key.h:
db/known.h:
db/row.h:
db/sql.h:
