build-asan/db/startup_file.o: db/startup_file.c db/startup_file.h \
 db/internal.h db/db.h parser/parser.h parser/text.h db/folder.h
db/startup_file.h:
db/internal.h:
db/db.h:
parser/parser.h:
parser/text.h:
db/folder.h:
