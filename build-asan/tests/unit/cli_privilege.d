build-asan/tests/unit/cli_privilege.o: tests/unit/cli_privilege.c \
 tests/support/screens.h cli/manager/manager.h cli/config/running.h \
 cli/config/deliver.h cli/config/own.h db/db.h parser/parser.h \
 cli/log/audit.h cli/log/buffer.h parser/text.h cli/log/order.h \
 cli/log/senders.h cli/log/settings.h engine/base/addr.h \
 engine/base/log.h engine/base/log.def engine/ipc/message.h \
 engine/ipc/messages.def cli/config/revert.h cli/config/turns.h \
 cli/config/settle.h cli/log/attempts.h cli/log/debug_hub.h \
 engine/base/trace.h engine/base/env.h engine/base/trace_filter.h \
 cli/log/histories.h cli/log/logins.h cli/manager/ask.h \
 cli/manager/host_keys.h engine/crypto/hostkey.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h cli/manager/links.h cli/manager/machine.h \
 engine/ipc/channel.h cli/operator/operator.h cli/acts/act.h \
 cli/operator/console.h cli/operator/pipe_filter.h tests/support/trail.h \
 engine/aaa/aaa.h tests/support/env_sim.h
tests/support/screens.h:
cli/manager/manager.h:
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
cli/log/attempts.h:
cli/log/debug_hub.h:
engine/base/trace.h:
engine/base/env.h:
engine/base/trace_filter.h:
cli/log/histories.h:
cli/log/logins.h:
cli/manager/ask.h:
cli/manager/host_keys.h:
engine/crypto/hostkey.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
cli/manager/links.h:
cli/manager/machine.h:
engine/ipc/channel.h:
cli/operator/operator.h:
cli/acts/act.h:
cli/operator/console.h:
cli/operator/pipe_filter.h:
tests/support/trail.h:
engine/aaa/aaa.h:
tests/support/env_sim.h:
