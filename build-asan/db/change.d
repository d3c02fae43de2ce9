build-asan/db/change.o: db/change.c db/change.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/fault.h db/key.h db/known.h db/seal.h \
 db/sql.h
db/change.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/fault.h:
db/key.h:
db/known.h:
db/seal.h:
db/sql.h:
