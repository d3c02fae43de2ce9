build-asan/db/clear.o: db/clear.c db/clear.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/fault.h db/key.h db/line.h \
 db/reference.h db/remove.h db/row.h db/say.h db/schema.h db/sql.h
db/clear.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/fault.h:
db/key.h:
db/line.h:
db/reference.h:
db/remove.h:
db/row.h:
db/say.h:
db/schema.h:
db/sql.h:
