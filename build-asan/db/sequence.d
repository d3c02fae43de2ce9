build-asan/db/sequence.o: db/sequence.c db/sequence.h db/internal.h \
 db/db.h parser/parser.h parser/text.h db/sql.h
db/sequence.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/sql.h:
