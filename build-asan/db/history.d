build-asan/db/history.o: db/history.c db/history.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/fault.h db/sql.h
db/history.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/fault.h:
db/sql.h:
