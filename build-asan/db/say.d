build-asan/db/say.o: db/say.c db/say.h db/internal.h db/db.h \
 parser/parser.h parser/text.h
db/say.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
