build-asan/engine/ipsec/mtu.o: engine/ipsec/mtu.c engine/ipsec/mtu.h \
 engine/crypto/algorithm.h engine/ipsec/esp.h engine/ipsec/crypt.h \
 engine/crypto/crypto.h engine/net/packet.h engine/base/addr.h \
 engine/wire/wire.h
engine/ipsec/mtu.h:
engine/crypto/algorithm.h:
engine/ipsec/esp.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/net/packet.h:
engine/base/addr.h:
engine/wire/wire.h:
