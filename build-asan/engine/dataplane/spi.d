build-asan/engine/dataplane/spi.o: engine/dataplane/spi.c \
 engine/dataplane/spi.h engine/base/env.h engine/base/addr.h \
 engine/dataplane/owner.h engine/dataplane/pair.h engine/base/chains.h \
 engine/dataplane/counter.h engine/dataplane/outbox.h \
 engine/dataplane/ring.h engine/dataplane/records.h engine/ipsec/crypt.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h engine/ipsec/replay.h \
 engine/ipsec/sa.h
engine/dataplane/spi.h:
engine/base/env.h:
engine/base/addr.h:
engine/dataplane/owner.h:
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
