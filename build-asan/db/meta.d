build-asan/db/meta.o: db/meta.c db/meta.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/fault.h db/sql.h
db/meta.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/fault.h:
db/sql.h:
