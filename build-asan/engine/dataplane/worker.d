build-asan/engine/dataplane/worker.o: engine/dataplane/worker.c \
 engine/dataplane/worker.h engine/dataplane/io.h \
 engine/dataplane/counter.h engine/dataplane/records.h engine/base/addr.h \
 engine/ipsec/crypt.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/net/packet.h engine/wire/wire.h engine/dataplane/tables.h \
 engine/dataplane/link.h engine/dataplane/pair.h engine/base/chains.h \
 engine/dataplane/outbox.h engine/dataplane/ring.h engine/ipsec/replay.h \
 engine/ipsec/sa.h engine/dataplane/owner.h engine/ipsec/esp.h \
 engine/crypto/keyed.h
engine/dataplane/worker.h:
engine/dataplane/io.h:
engine/dataplane/counter.h:
engine/dataplane/records.h:
engine/base/addr.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
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
engine/crypto/keyed.h:
