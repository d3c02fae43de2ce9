build-asan/db/schema.o: db/schema.c db/schema.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/key.h db/sql.h
db/schema.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/key.h:
db/sql.h:
