build-asan/cli/config/checks_net.o: cli/config/checks_net.c \
 cli/config/row.h db/db.h parser/parser.h engine/base/addr.h \
 cli/config/checks.h
cli/config/row.h:
db/db.h:
parser/parser.h:
engine/base/addr.h:
cli/config/checks.h:
