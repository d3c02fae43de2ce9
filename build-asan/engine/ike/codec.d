build-asan/engine/ike/codec.o: engine/ike/codec.c engine/ike/codec.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h engine/ike/isakmp.h \
 engine/wire/wire.h
engine/ike/codec.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
