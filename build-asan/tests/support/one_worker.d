build-asan/tests/support/one_worker.o: tests/support/one_worker.c \
 tests/support/one_crypto.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h tests/support/one_worker.h \
 engine/dataplane/loop.h engine/dataplane/worker.h engine/dataplane/io.h \
 engine/dataplane/counter.h engine/dataplane/records.h engine/base/addr.h \
 engine/ipsec/crypt.h engine/net/packet.h engine/wire/wire.h \
 engine/dataplane/tables.h engine/dataplane/link.h \
 engine/dataplane/pair.h engine/base/chains.h engine/dataplane/outbox.h \
 engine/dataplane/ring.h engine/ipsec/replay.h engine/ipsec/sa.h \
 engine/dataplane/owner.h engine/ipsec/esp.h tests/support/env_sim.h \
 engine/base/env.h
tests/support/one_crypto.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
tests/support/one_worker.h:
engine/dataplane/loop.h:
engine/dataplane/worker.h:
engine/dataplane/io.h:
engine/dataplane/counter.h:
engine/dataplane/records.h:
engine/base/addr.h:
engine/ipsec/crypt.h:
engine/net/packet.h:
engine/wire/wire.h:
engine/dataplane/tables.h:
engine/dataplane/link.h:
engine/dataplane/pair.h:
engine/base/chains.h:
engine/dataplane/outbox.h:
engine/dataplane/ring.h:
engine/ipsec/replay.h:
engine/ipsec/sa.h:
engine/dataplane/owner.h:
engine/ipsec/esp.h:
tests/support/env_sim.h:
engine/base/env.h:
