build-asan/db/save.o: db/save.c db/fault.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/folder.h db/keyfile.h db/lost.h \
 db/meta.h db/revision.h db/sql.h db/startup_file.h db/transaction.h
db/fault.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/folder.h:
db/keyfile.h:
db/lost.h:
db/meta.h:
db/revision.h:
db/sql.h:
db/startup_file.h:
db/transaction.h:
