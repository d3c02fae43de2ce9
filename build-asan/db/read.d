build-asan/db/read.o: db/read.c db/fault.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/row.h db/schema.h db/sql.h
db/fault.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/row.h:
db/schema.h:
db/sql.h:
