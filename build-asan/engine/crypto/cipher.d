build-asan/engine/crypto/cipher.o: engine/crypto/cipher.c \
 engine/crypto/internal.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h
engine/crypto/internal.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
