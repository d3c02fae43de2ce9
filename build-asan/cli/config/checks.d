build-asan/cli/config/checks.o: cli/config/checks.c cli/config/checks.h \
 db/db.h parser/parser.h cli/config/row.h engine/base/addr.h
cli/config/checks.h:
db/db.h:
parser/parser.h:
cli/config/row.h:
engine/base/addr.h:
