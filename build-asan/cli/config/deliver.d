build-asan/cli/config/deliver.o: cli/config/deliver.c \
 cli/config/deliver.h cli/config/own.h db/db.h parser/parser.h \
 cli/log/audit.h cli/log/buffer.h parser/text.h cli/log/order.h \
 cli/log/senders.h cli/log/settings.h engine/base/addr.h \
 engine/base/log.h engine/base/log.def engine/ipc/message.h \
 engine/ipc/messages.def cli/config/feed.h engine/base/journal.h
cli/config/deliver.h:
cli/config/own.h:
db/db.h:
parser/parser.h:
cli/log/audit.h:
cli/log/buffer.h:
parser/text.h:
cli/log/order.h:
cli/log/senders.h:
cli/log/settings.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
engine/ipc/message.h:
engine/ipc/messages.def:
cli/config/feed.h:
engine/base/journal.h:
