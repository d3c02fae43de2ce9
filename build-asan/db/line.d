build-asan/db/line.o: db/line.c db/line.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/change.h db/kept.h db/work.h \
 db/members.h db/row.h db/say.h db/store.h
db/line.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/change.h:
db/kept.h:
db/work.h:
db/members.h:
db/row.h:
db/say.h:
db/store.h:
