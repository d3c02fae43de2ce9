build-asan/cli/config/checks_access.o: cli/config/checks_access.c \
 cli/config/access_words.h cli/config/row.h db/db.h parser/parser.h \
 engine/base/addr.h cli/config/checks.h
cli/config/access_words.h:
cli/config/row.h:
db/db.h:
parser/parser.h:
engine/base/addr.h:
cli/config/checks.h:
