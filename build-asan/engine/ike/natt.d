build-asan/engine/ike/natt.o: engine/ike/natt.c engine/ike/natt.h \
 engine/ike/natt_flavour.h engine/config/config.h engine/base/addr.h \
 engine/crypto/algorithm.h engine/ipc/message.h engine/ipc/messages.def \
 engine/ike/sa.h engine/crypto/dh.h engine/crypto/crypto.h \
 engine/ike/answered.h engine/ike/incoming.h engine/ike/codec.h \
 engine/ike/isakmp.h engine/wire/wire.h engine/ike/context.h \
 engine/base/shares.h engine/base/env.h engine/base/table.h \
 engine/ike/limits.h engine/ike/ops.h engine/base/attempt.h \
 engine/base/reason.h engine/base/reason.def engine/base/trace.h \
 engine/base/log.h engine/base/log.def engine/ipsec/sa.h \
 engine/ike/handshake.h engine/ike/keymat.h engine/ike/msgid.h
engine/ike/natt.h:
engine/ike/natt_flavour.h:
engine/config/config.h:
engine/base/addr.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/ike/sa.h:
engine/crypto/dh.h:
engine/crypto/crypto.h:
engine/ike/answered.h:
engine/ike/incoming.h:
engine/ike/codec.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
engine/ike/context.h:
engine/base/shares.h:
engine/base/env.h:
engine/base/table.h:
engine/ike/limits.h:
engine/ike/ops.h:
engine/base/attempt.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
engine/ipsec/sa.h:
engine/ike/handshake.h:
engine/ike/keymat.h:
engine/ike/msgid.h:
