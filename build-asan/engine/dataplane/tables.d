build-asan/engine/dataplane/tables.o: engine/dataplane/tables.c \
 engine/dataplane/tables.h engine/dataplane/link.h \
 engine/dataplane/pair.h engine/base/chains.h engine/dataplane/counter.h \
 engine/dataplane/outbox.h engine/base/addr.h engine/dataplane/ring.h \
 engine/dataplane/records.h engine/ipsec/crypt.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/ipsec/replay.h engine/ipsec/sa.h \
 engine/dataplane/owner.h engine/base/env.h engine/ipsec/mtu.h
engine/dataplane/tables.h:
engine/dataplane/link.h:
engine/dataplane/pair.h:
engine/base/chains.h:
engine/dataplane/counter.h:
engine/dataplane/outbox.h:
engine/base/addr.h:
engine/dataplane/ring.h:
engine/dataplane/records.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ipsec/replay.h:
engine/ipsec/sa.h:
engine/dataplane/owner.h:
engine/base/env.h:
engine/ipsec/mtu.h:
