build-asan/db/store.o: db/store.c db/store.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/change.h db/key.h db/reference.h \
 db/remove.h db/row.h db/say.h db/sequence.h db/sql.h db/transaction.h
db/store.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/change.h:
db/key.h:
db/reference.h:
db/remove.h:
db/row.h:
db/say.h:
db/sequence.h:
db/sql.h:
db/transaction.h:
