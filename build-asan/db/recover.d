build-asan/db/recover.o: db/recover.c db/fault.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/folder.h db/lost.h db/open.h db/row.h \
 db/transaction.h
db/fault.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/folder.h:
db/lost.h:
db/open.h:
db/row.h:
db/transaction.h:
