build-asan/db/hook.o: db/hook.c db/say.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/work.h
db/say.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/work.h:
