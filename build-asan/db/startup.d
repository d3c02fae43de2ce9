build-asan/db/startup.o: db/startup.c db/fault.h db/internal.h db/db.h \
 parser/parser.h parser/text.h db/folder.h db/meta.h db/seal.h db/sql.h \
 db/startup_file.h
db/fault.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/folder.h:
db/meta.h:
db/seal.h:
db/sql.h:
db/startup_file.h:
