build-asan/tests/support/trail.o: tests/support/trail.c \
 tests/support/trail.h cli/log/audit.h cli/log/buffer.h parser/text.h \
 parser/parser.h cli/log/order.h cli/log/senders.h cli/log/settings.h \
 engine/base/addr.h engine/base/log.h engine/base/log.def
tests/support/trail.h:
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
