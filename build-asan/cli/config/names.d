build-asan/cli/config/names.o: cli/config/names.c cli/config/names.h \
 cli/config/checks.h db/db.h parser/parser.h cli/config/row.h \
 engine/base/addr.h
cli/config/names.h:
cli/config/checks.h:
db/db.h:
parser/parser.h:
cli/config/row.h:
engine/base/addr.h:
