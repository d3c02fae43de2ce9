build-asan/db/open.o: db/open.c db/open.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/change.h db/fault.h db/folder.h \
 db/history.h db/keyfile.h db/meta.h db/prepare.h db/row.h db/schema.h \
 db/seal.h db/sql.h
db/open.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/change.h:
db/fault.h:
db/folder.h:
db/history.h:
db/keyfile.h:
db/meta.h:
db/prepare.h:
db/row.h:
db/schema.h:
db/seal.h:
db/sql.h:
