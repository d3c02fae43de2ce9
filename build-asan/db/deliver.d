build-asan/db/deliver.o: db/deliver.c db/deliver.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/change.h db/fault.h db/key.h db/row.h \
 db/sql.h db/transaction.h
db/deliver.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/change.h:
db/fault.h:
db/key.h:
db/row.h:
db/sql.h:
db/transaction.h:
