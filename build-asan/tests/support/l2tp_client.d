build-asan/tests/support/l2tp_client.o: tests/support/l2tp_client.c \
 tests/support/l2tp_client.h engine/l2tp/avp.h engine/l2tp/header.h \
 engine/wire/wire.h engine/l2tp/avp.def engine/l2tp/l2tp.h \
 engine/config/config.h engine/base/addr.h engine/crypto/algorithm.h \
 engine/ipc/message.h engine/ipc/messages.def engine/base/env.h \
 engine/base/reason.h engine/base/reason.def engine/base/trace.h \
 engine/base/log.h engine/base/log.def tests/support/env_sim.h
tests/support/l2tp_client.h:
engine/l2tp/avp.h:
engine/l2tp/header.h:
engine/wire/wire.h:
engine/l2tp/avp.def:
engine/l2tp/l2tp.h:
engine/config/config.h:
engine/base/addr.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/base/env.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
tests/support/env_sim.h:
