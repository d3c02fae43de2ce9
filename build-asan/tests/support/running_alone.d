build-asan/tests/support/running_alone.o: tests/support/running_alone.c \
 tests/support/one_crypto.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h tests/support/running_alone.h \
 cli/config/running.h cli/config/deliver.h cli/config/own.h db/db.h \
 parser/parser.h cli/log/audit.h cli/log/buffer.h parser/text.h \
 cli/log/order.h cli/log/senders.h cli/log/settings.h engine/base/addr.h \
 engine/base/log.h engine/base/log.def engine/ipc/message.h \
 engine/ipc/messages.def cli/config/revert.h cli/config/turns.h \
 cli/config/settle.h tests/support/trail.h
tests/support/one_crypto.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
tests/support/running_alone.h:
cli/config/running.h:
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
cli/config/revert.h:
cli/config/turns.h:
cli/config/settle.h:
tests/support/trail.h:
