build-asan/db/sql.o: db/sql.c db/sql.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/fault.h db/keyfile.h db/seal.h
db/sql.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/fault.h:
db/keyfile.h:
db/seal.h:
