build-asan/engine/dataplane/handoff.o: engine/dataplane/handoff.c \
 engine/dataplane/handoff.h engine/base/env.h engine/base/addr.h \
 engine/dataplane/command.h engine/dataplane/link.h \
 engine/dataplane/pair.h engine/base/chains.h engine/dataplane/counter.h \
 engine/dataplane/outbox.h engine/dataplane/ring.h \
 engine/dataplane/records.h engine/ipsec/crypt.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/ipsec/replay.h engine/ipsec/sa.h \
 engine/dataplane/worker.h engine/dataplane/io.h engine/net/packet.h \
 engine/wire/wire.h engine/dataplane/tables.h engine/dataplane/owner.h \
 engine/ipsec/esp.h engine/dataplane/commands.h
engine/dataplane/handoff.h:
engine/base/env.h:
engine/base/addr.h:
engine/dataplane/command.h:
engine/dataplane/link.h:
engine/dataplane/pair.h:
engine/base/chains.h:
engine/dataplane/counter.h:
engine/dataplane/outbox.h:
engine/dataplane/ring.h:
engine/dataplane/records.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ipsec/replay.h:
engine/ipsec/sa.h:
engine/dataplane/worker.h:
engine/dataplane/io.h:
engine/net/packet.h:
engine/wire/wire.h:
engine/dataplane/tables.h:
engine/dataplane/owner.h:
engine/ipsec/esp.h:
engine/dataplane/commands.h:
