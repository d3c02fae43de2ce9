build-asan/engine/ike/payload.o: engine/ike/payload.c \
 engine/ike/payload.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/ike/isakmp.h engine/base/addr.h engine/wire/wire.h
engine/ike/payload.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ike/isakmp.h:
engine/base/addr.h:
engine/wire/wire.h:
