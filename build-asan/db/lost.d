build-asan/db/lost.o: db/lost.c db/lost.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/fault.h db/key.h db/row.h db/sql.h
db/lost.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/fault.h:
db/key.h:
db/row.h:
db/sql.h:
