build-asan/tests/support/tunnel.o: tests/support/tunnel.c \
 tests/support/tunnel.h engine/base/env.h engine/base/addr.h \
 engine/ipsec/esp.h engine/ipsec/crypt.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/net/packet.h engine/wire/wire.h \
 engine/ipsec/replay.h engine/ipsec/sa.h
tests/support/tunnel.h:
engine/base/env.h:
engine/base/addr.h:
engine/ipsec/esp.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/net/packet.h:
engine/wire/wire.h:
engine/ipsec/replay.h:
engine/ipsec/sa.h:
