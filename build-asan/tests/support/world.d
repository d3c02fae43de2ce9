build-asan/tests/support/world.o: tests/support/world.c \
 tests/support/world.h engine/aaa/aaa.h engine/base/env.h \
 engine/base/addr.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/ipc/message.h engine/ipc/messages.def engine/session/gateway.h \
 engine/config/config.h engine/dataplane/dataplane.h \
 engine/dataplane/records.h engine/ipsec/sa.h engine/ppp/ppp.h \
 engine/base/reason.h engine/base/reason.def engine/base/trace.h \
 engine/base/log.h engine/base/log.def tests/support/env_sim.h \
 tests/support/ike_initiator.h engine/crypto/dh.h engine/ike/codec.h \
 engine/ike/isakmp.h engine/wire/wire.h engine/ike/ike.h engine/ike/ops.h \
 engine/base/attempt.h engine/ike/keymat.h engine/ike/payload.h \
 tests/support/lac.h engine/crypto/mschap.h tests/support/tunnel.h \
 engine/ipsec/esp.h engine/ipsec/crypt.h engine/net/packet.h \
 engine/ipsec/replay.h engine/net/ipv4.h tests/support/defaults.h
tests/support/world.h:
engine/aaa/aaa.h:
engine/base/env.h:
engine/base/addr.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/session/gateway.h:
engine/config/config.h:
engine/dataplane/dataplane.h:
engine/dataplane/records.h:
engine/ipsec/sa.h:
engine/ppp/ppp.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
tests/support/env_sim.h:
tests/support/ike_initiator.h:
engine/crypto/dh.h:
engine/ike/codec.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
engine/ike/ike.h:
engine/ike/ops.h:
engine/base/attempt.h:
engine/ike/keymat.h:
engine/ike/payload.h:
tests/support/lac.h:
engine/crypto/mschap.h:
tests/support/tunnel.h:
engine/ipsec/esp.h:
engine/ipsec/crypt.h:
engine/net/packet.h:
engine/ipsec/replay.h:
engine/net/ipv4.h:
tests/support/defaults.h:
