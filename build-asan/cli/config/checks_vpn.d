build-asan/cli/config/checks_vpn.o: cli/config/checks_vpn.c \
 cli/config/row.h db/db.h parser/parser.h engine/base/addr.h \
 cli/config/checks.h
cli/config/row.h:
db/db.h:
parser/parser.h:
engine/base/addr.h:
cli/config/checks.h:
