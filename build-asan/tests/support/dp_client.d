build-asan/tests/support/dp_client.o: tests/support/dp_client.c \
 engine/dataplane/ip.h engine/net/ipv4.h engine/wire/wire.h \
 tests/support/dp_client.h engine/dataplane/dataplane.h engine/base/env.h \
 engine/base/addr.h engine/dataplane/records.h engine/ipsec/sa.h \
 engine/crypto/algorithm.h engine/ipsec/esp.h engine/ipsec/crypt.h \
 engine/crypto/crypto.h engine/net/packet.h tests/support/env_sim.h \
 tests/support/one_crypto.h
engine/dataplane/ip.h:
engine/net/ipv4.h:
engine/wire/wire.h:
tests/support/dp_client.h:
engine/dataplane/dataplane.h:
engine/base/env.h:
engine/base/addr.h:
engine/dataplane/records.h:
engine/ipsec/sa.h:
engine/crypto/algorithm.h:
engine/ipsec/esp.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/net/packet.h:
tests/support/env_sim.h:
tests/support/one_crypto.h:
