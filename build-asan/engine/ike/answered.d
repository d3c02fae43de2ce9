build-asan/engine/ike/answered.o: engine/ike/answered.c \
 engine/ike/answered.h engine/ike/incoming.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/ike/codec.h engine/ike/isakmp.h \
 engine/wire/wire.h engine/base/addr.h
engine/ike/answered.h:
engine/ike/incoming.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ike/codec.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
engine/base/addr.h:
