build-asan/db/kept.o: db/kept.c db/kept.h db/work.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/remove.h db/row.h db/say.h db/sql.h
db/kept.h:
db/work.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/remove.h:
db/row.h:
db/say.h:
db/sql.h:
