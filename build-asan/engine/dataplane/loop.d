build-asan/engine/dataplane/loop.o: engine/dataplane/loop.c \
 engine/dataplane/loop.h engine/dataplane/worker.h engine/dataplane/io.h \
 engine/dataplane/counter.h engine/dataplane/records.h engine/base/addr.h \
 engine/ipsec/crypt.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/net/packet.h engine/wire/wire.h engine/dataplane/tables.h \
 engine/dataplane/link.h engine/dataplane/pair.h engine/base/chains.h \
 engine/dataplane/outbox.h engine/dataplane/ring.h engine/ipsec/replay.h \
 engine/ipsec/sa.h engine/dataplane/owner.h engine/ipsec/esp.h \
 engine/base/clock.h engine/dataplane/commands.h \
 engine/dataplane/command.h engine/dataplane/inbound.h \
 engine/dataplane/outbound.h engine/dataplane/stranger.h
engine/dataplane/loop.h:
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
engine/base/clock.h:
engine/dataplane/commands.h:
engine/dataplane/command.h:
engine/dataplane/inbound.h:
engine/dataplane/outbound.h:
engine/dataplane/stranger.h:
