build-asan/engine/dataplane/stats.o: engine/dataplane/stats.c \
 engine/dataplane/control.h engine/dataplane/dataplane.h \
 engine/base/env.h engine/base/addr.h engine/dataplane/records.h \
 engine/ipsec/sa.h engine/crypto/algorithm.h engine/dataplane/handoff.h \
 engine/dataplane/command.h engine/dataplane/link.h \
 engine/dataplane/pair.h engine/base/chains.h engine/dataplane/counter.h \
 engine/dataplane/outbox.h engine/dataplane/ring.h engine/ipsec/crypt.h \
 engine/crypto/crypto.h engine/ipsec/replay.h engine/dataplane/worker.h \
 engine/dataplane/io.h engine/net/packet.h engine/wire/wire.h \
 engine/dataplane/tables.h engine/dataplane/owner.h engine/ipsec/esp.h \
 engine/dataplane/spi.h
engine/dataplane/control.h:
engine/dataplane/dataplane.h:
engine/base/env.h:
engine/base/addr.h:
engine/dataplane/records.h:
engine/ipsec/sa.h:
engine/crypto/algorithm.h:
engine/dataplane/handoff.h:
engine/dataplane/command.h:
engine/dataplane/link.h:
engine/dataplane/pair.h:
engine/base/chains.h:
engine/dataplane/counter.h:
engine/dataplane/outbox.h:
engine/dataplane/ring.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/ipsec/replay.h:
engine/dataplane/worker.h:
engine/dataplane/io.h:
engine/net/packet.h:
engine/wire/wire.h:
engine/dataplane/tables.h:
engine/dataplane/owner.h:
engine/ipsec/esp.h:
engine/dataplane/spi.h:
