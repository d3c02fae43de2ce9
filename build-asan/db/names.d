build-asan/db/names.o: db/names.c db/fault.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/sql.h
db/fault.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/sql.h:
