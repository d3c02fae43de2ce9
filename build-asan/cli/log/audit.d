build-asan/cli/log/audit.o: cli/log/audit.c cli/log/audit.h \
 cli/log/buffer.h parser/text.h parser/parser.h cli/log/order.h \
 cli/log/senders.h cli/log/settings.h engine/base/addr.h \
 engine/base/log.h engine/base/log.def cli/log/line.h engine/base/clock.h
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
cli/log/line.h:
engine/base/clock.h:
