build-asan/db/run.o: db/run.c db/change.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/clear.h db/deliver.h db/fault.h \
 db/history.h db/line.h db/transaction.h
db/change.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/clear.h:
db/deliver.h:
db/fault.h:
db/history.h:
db/line.h:
db/transaction.h:
