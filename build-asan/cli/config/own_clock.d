build-asan/cli/config/own_clock.o: cli/config/own_clock.c \
 cli/config/checks.h db/db.h parser/parser.h cli/config/own.h \
 cli/config/row.h engine/base/addr.h cli/log/clock.h cli/show/zone.h \
 parser/text.h
cli/config/checks.h:
db/db.h:
parser/parser.h:
cli/config/own.h:
cli/config/row.h:
engine/base/addr.h:
cli/log/clock.h:
cli/show/zone.h:
parser/text.h:
