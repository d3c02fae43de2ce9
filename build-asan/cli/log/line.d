build-asan/cli/log/line.o: cli/log/line.c cli/log/line.h cli/log/order.h \
 cli/log/settings.h engine/base/addr.h engine/base/log.h \
 engine/base/log.def parser/text.h parser/parser.h cli/log/clock.h \
 cli/show/zone.h
cli/log/line.h:
cli/log/order.h:
cli/log/settings.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
parser/text.h:
parser/parser.h:
cli/log/clock.h:
cli/show/zone.h:
