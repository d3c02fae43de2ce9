build-asan/engine/dataplane/pair.o: engine/dataplane/pair.c \
 engine/dataplane/pair.h engine/base/chains.h engine/dataplane/counter.h \
 engine/dataplane/outbox.h engine/base/addr.h engine/dataplane/ring.h \
 engine/dataplane/records.h engine/ipsec/crypt.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/ipsec/replay.h engine/ipsec/sa.h \
 engine/ipsec/mtu.h
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
engine/ipsec/mtu.h:
