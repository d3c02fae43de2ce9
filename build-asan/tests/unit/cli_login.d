build-asan/tests/unit/cli_login.o: tests/unit/cli_login.c \
 cli/config/public_key.h db/db.h parser/parser.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h cli/log/logins.h cli/login/login.h \
 cli/manager/manager.h cli/config/running.h cli/config/deliver.h \
 cli/config/own.h cli/log/audit.h cli/log/buffer.h parser/text.h \
 cli/log/order.h cli/log/senders.h cli/log/settings.h engine/base/addr.h \
 engine/base/log.h engine/base/log.def engine/ipc/message.h \
 engine/ipc/messages.def cli/config/revert.h cli/config/turns.h \
 cli/config/settle.h cli/log/attempts.h cli/log/debug_hub.h \
 engine/base/trace.h engine/base/env.h engine/base/trace_filter.h \
 cli/log/histories.h cli/manager/ask.h cli/manager/host_keys.h \
 engine/crypto/hostkey.h cli/manager/links.h cli/manager/machine.h \
 engine/ipc/channel.h engine/crypto/base64.h tests/support/one_crypto.h \
 tests/support/screens.h cli/operator/operator.h cli/acts/act.h \
 cli/operator/console.h cli/operator/pipe_filter.h tests/support/trail.h \
 engine/aaa/aaa.h tests/support/env_sim.h
cli/config/public_key.h:
db/db.h:
parser/parser.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
cli/log/logins.h:
cli/login/login.h:
cli/manager/manager.h:
cli/config/running.h:
cli/config/deliver.h:
cli/config/own.h:
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
cli/manager/ask.h:
cli/manager/host_keys.h:
engine/crypto/hostkey.h:
cli/manager/links.h:
cli/manager/machine.h:
engine/ipc/channel.h:
engine/crypto/base64.h:
tests/support/one_crypto.h:
tests/support/screens.h:
cli/operator/operator.h:
cli/acts/act.h:
cli/operator/console.h:
cli/operator/pipe_filter.h:
tests/support/trail.h:
engine/aaa/aaa.h:
tests/support/env_sim.h:
