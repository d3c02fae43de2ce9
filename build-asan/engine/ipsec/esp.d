build-asan/engine/ipsec/esp.o: engine/ipsec/esp.c engine/ipsec/esp.h \
 engine/ipsec/crypt.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/net/packet.h engine/base/addr.h engine/wire/wire.h
engine/ipsec/esp.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/net/packet.h:
engine/base/addr.h:
engine/wire/wire.h:
