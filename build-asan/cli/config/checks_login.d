build-asan/cli/config/checks_login.o: cli/config/checks_login.c \
 cli/config/checks.h db/db.h parser/parser.h
cli/config/checks.h:
db/db.h:
parser/parser.h:
