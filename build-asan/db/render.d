build-asan/db/render.o: db/render.c db/fault.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/row.h db/sql.h
db/fault.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/row.h:
db/sql.h:
