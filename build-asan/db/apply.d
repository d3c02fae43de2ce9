build-asan/db/apply.o: db/apply.c db/fault.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/seal.h db/sql.h
db/fault.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/seal.h:
db/sql.h:
