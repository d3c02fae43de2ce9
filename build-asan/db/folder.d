build-asan/db/folder.o: db/folder.c db/folder.h db/internal.h db/db.h \
 parser/parser.h parser/text.h
db/folder.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
