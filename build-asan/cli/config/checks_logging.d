build-asan/cli/config/checks_logging.o: cli/config/checks_logging.c \
 cli/config/checks.h db/db.h parser/parser.h cli/config/logging.h \
 cli/log/settings.h engine/base/addr.h engine/base/log.h \
 engine/base/log.def
cli/config/checks.h:
db/db.h:
parser/parser.h:
cli/config/logging.h:
cli/log/settings.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
