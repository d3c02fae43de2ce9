build-asan/db/seal.o: db/seal.c db/seal.h db/internal.h db/db.h \
 parser/parser.h parser/text.h
db/seal.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
