build-asan/db/remove.o: db/remove.c db/remove.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/key.h db/reference.h db/row.h db/say.h \
 db/sequence.h db/sql.h
db/remove.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/key.h:
db/reference.h:
db/row.h:
db/say.h:
db/sequence.h:
db/sql.h:
