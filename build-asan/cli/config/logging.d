build-asan/cli/config/logging.o: cli/config/logging.c \
 cli/config/logging.h cli/log/settings.h engine/base/addr.h \
 engine/base/log.h engine/base/log.def db/db.h parser/parser.h
cli/config/logging.h:
cli/log/settings.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
db/db.h:
parser/parser.h:
