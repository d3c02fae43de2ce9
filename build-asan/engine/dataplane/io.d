build-asan/engine/dataplane/io.o: engine/dataplane/io.c \
 engine/dataplane/io.h engine/dataplane/counter.h \
 engine/dataplane/records.h engine/base/addr.h engine/ipsec/crypt.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h engine/net/packet.h \
 engine/wire/wire.h engine/net/ipv4.h engine/net/sock.h
engine/dataplane/io.h:
engine/dataplane/counter.h:
engine/dataplane/records.h:
engine/base/addr.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/net/packet.h:
engine/wire/wire.h:
engine/net/ipv4.h:
engine/net/sock.h:
