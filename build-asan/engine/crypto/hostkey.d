build-asan/engine/crypto/hostkey.o: engine/crypto/hostkey.c \
 engine/crypto/hostkey.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/crypto/base64.h engine/crypto/internal.h engine/wire/wire.h
engine/crypto/hostkey.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/crypto/base64.h:
engine/crypto/internal.h:
engine/wire/wire.h:
