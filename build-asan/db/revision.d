build-asan/db/revision.o: db/revision.c db/revision.h db/internal.h \
 db/db.h parser/parser.h parser/text.h db/fault.h db/seal.h db/sql.h
db/revision.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/fault.h:
db/seal.h:
db/sql.h:
