build-asan/cli/config/own.o: cli/config/own.c cli/config/own.h db/db.h \
 parser/parser.h cli/config/deliver.h cli/log/audit.h cli/log/buffer.h \
 parser/text.h cli/log/order.h cli/log/senders.h cli/log/settings.h \
 engine/base/addr.h engine/base/log.h engine/base/log.def \
 engine/ipc/message.h engine/ipc/messages.def cli/config/logging.h
cli/config/own.h:
db/db.h:
parser/parser.h:
cli/config/deliver.h:
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
cli/config/logging.h:
