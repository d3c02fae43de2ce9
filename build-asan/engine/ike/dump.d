build-asan/engine/ike/dump.o: engine/ike/dump.c engine/ike/dump.h \
 engine/ike/context.h engine/base/shares.h engine/base/env.h \
 engine/base/addr.h engine/base/table.h engine/ike/limits.h \
 engine/ike/ops.h engine/base/attempt.h engine/base/reason.h \
 engine/base/reason.def engine/base/trace.h engine/base/log.h \
 engine/base/log.def engine/config/config.h engine/crypto/algorithm.h \
 engine/ipc/message.h engine/ipc/messages.def engine/crypto/crypto.h \
 engine/ipsec/sa.h engine/ike/codec.h engine/ike/isakmp.h \
 engine/wire/wire.h
engine/ike/dump.h:
engine/ike/context.h:
engine/base/shares.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/table.h:
engine/ike/limits.h:
engine/ike/ops.h:
engine/base/attempt.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
engine/config/config.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/crypto/crypto.h:
engine/ipsec/sa.h:
engine/ike/codec.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
