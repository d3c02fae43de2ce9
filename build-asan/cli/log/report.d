build-asan/cli/log/report.o: cli/log/report.c cli/log/report.h \
 cli/log/audit.h cli/log/buffer.h parser/text.h parser/parser.h \
 cli/log/order.h cli/log/senders.h cli/log/settings.h engine/base/addr.h \
 engine/base/log.h engine/base/log.def cli/log/clock.h cli/show/zone.h
cli/log/report.h:
cli/log/audit.h:
cli/log/buffer.h:
parser/text.h:
parser/parser.h:
cli/log/order.h:
cli/log/senders.h:
cli/log/settings.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
cli/log/clock.h:
cli/show/zone.h:
