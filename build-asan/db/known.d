build-asan/db/known.o: db/known.c db/known.h db/internal.h db/db.h \
 parser/parser.h parser/text.h
db/known.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
