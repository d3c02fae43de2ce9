build-asan/tests/support/ike_initiator_offer.o: \
 tests/support/ike_initiator_offer.c tests/support/ike_initiator_parts.h \
 tests/support/ike_initiator.h engine/crypto/dh.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/ike/codec.h engine/ike/isakmp.h \
 engine/wire/wire.h engine/ike/ike.h engine/ike/ops.h \
 engine/base/attempt.h engine/base/env.h engine/base/addr.h \
 engine/base/reason.h engine/base/reason.def engine/base/trace.h \
 engine/base/log.h engine/base/log.def engine/config/config.h \
 engine/ipc/message.h engine/ipc/messages.def engine/ipsec/sa.h \
 engine/ike/keymat.h engine/ike/payload.h
tests/support/ike_initiator_parts.h:
tests/support/ike_initiator.h:
engine/crypto/dh.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ike/codec.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
engine/ike/ike.h:
engine/ike/ops.h:
engine/base/attempt.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
engine/config/config.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/ipsec/sa.h:
engine/ike/keymat.h:
engine/ike/payload.h:
