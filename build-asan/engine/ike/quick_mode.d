build-asan/engine/ike/quick_mode.o: engine/ike/quick_mode.c \
 engine/ike/quick_mode.h engine/ike/qm.h engine/ike/dh_job.h \
 engine/base/shares.h engine/base/env.h engine/base/addr.h \
 engine/crypto/dh.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/ike/limits.h engine/ike/payload.h engine/ike/isakmp.h \
 engine/wire/wire.h engine/ike/sa.h engine/ike/answered.h \
 engine/ike/incoming.h engine/ike/codec.h engine/ike/context.h \
 engine/base/table.h engine/ike/ops.h engine/base/attempt.h \
 engine/base/reason.h engine/base/reason.def engine/base/trace.h \
 engine/base/log.h engine/base/log.def engine/config/config.h \
 engine/ipc/message.h engine/ipc/messages.def engine/ipsec/sa.h \
 engine/ike/handshake.h engine/ike/keymat.h engine/ike/msgid.h \
 engine/ike/life.h engine/ike/natt.h engine/ike/natt_flavour.h \
 engine/ike/proposal.h engine/ike/protection.h \
 engine/ike/quick_mode_offer.h engine/ike/quick_mode_up.h \
 engine/ike/send.h engine/ike/whereabouts.h
engine/ike/quick_mode.h:
engine/ike/qm.h:
engine/ike/dh_job.h:
engine/base/shares.h:
engine/base/env.h:
engine/base/addr.h:
engine/crypto/dh.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ike/limits.h:
engine/ike/payload.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
engine/ike/sa.h:
engine/ike/answered.h:
engine/ike/incoming.h:
engine/ike/codec.h:
engine/ike/context.h:
engine/base/table.h:
engine/ike/ops.h:
engine/base/attempt.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
engine/config/config.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/ipsec/sa.h:
engine/ike/handshake.h:
engine/ike/keymat.h:
engine/ike/msgid.h:
engine/ike/life.h:
engine/ike/natt.h:
engine/ike/natt_flavour.h:
engine/ike/proposal.h:
engine/ike/protection.h:
engine/ike/quick_mode_offer.h:
engine/ike/quick_mode_up.h:
engine/ike/send.h:
engine/ike/whereabouts.h:
