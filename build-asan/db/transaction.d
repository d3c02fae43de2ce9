build-asan/db/transaction.o: db/transaction.c db/transaction.h \
 db/internal.h db/db.h parser/parser.h parser/text.h db/change.h \
 db/fault.h db/history.h db/meta.h
db/transaction.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/change.h:
db/fault.h:
db/history.h:
db/meta.h:
