build-asan/db/keyfile.o: db/keyfile.c db/keyfile.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/folder.h
db/keyfile.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/folder.h:
