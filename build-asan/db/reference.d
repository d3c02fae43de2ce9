build-asan/db/reference.o: db/reference.c db/reference.h db/internal.h \
 db/db.h parser/parser.h parser/text.h db/key.h db/say.h db/sql.h \
 db/where.h
db/reference.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/key.h:
db/say.h:
db/sql.h:
db/where.h:
