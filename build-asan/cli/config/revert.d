build-asan/cli/config/revert.o: cli/config/revert.c cli/config/revert.h \
 cli/config/turns.h parser/text.h parser/parser.h cli/config/revisions.h \
 cli/config/running.h cli/config/deliver.h cli/config/own.h db/db.h \
 cli/log/audit.h cli/log/buffer.h cli/log/order.h cli/log/senders.h \
 cli/log/settings.h engine/base/addr.h engine/base/log.h \
 engine/base/log.def engine/ipc/message.h engine/ipc/messages.def \
 cli/config/settle.h cli/log/clock.h cli/show/zone.h \
 engine/base/journal.h
cli/config/revert.h:
cli/config/turns.h:
parser/text.h:
parser/parser.h:
cli/config/revisions.h:
cli/config/running.h:
cli/config/deliver.h:
cli/config/own.h:
db/db.h:
cli/log/audit.h:
cli/log/buffer.h:
cli/log/order.h:
cli/log/senders.h:
cli/log/settings.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
engine/ipc/message.h:
engine/ipc/messages.def:
cli/config/settle.h:
cli/log/clock.h:
cli/show/zone.h:
engine/base/journal.h:
