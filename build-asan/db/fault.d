build-asan/db/fault.o: db/fault.c db/fault.h db/internal.h db/db.h \
 parser/parser.h parser/text.h
db/fault.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
