build-asan/db/members.o: db/members.c db/members.h db/work.h \
 db/internal.h db/db.h parser/parser.h parser/text.h db/row.h db/say.h
db/members.h:
db/work.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/row.h:
db/say.h:
