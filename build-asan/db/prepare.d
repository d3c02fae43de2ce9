build-asan/db/prepare.o: db/prepare.c db/prepare.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/change.h db/fault.h db/key.h db/sql.h
db/prepare.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/change.h:
db/fault.h:
db/key.h:
db/sql.h:
