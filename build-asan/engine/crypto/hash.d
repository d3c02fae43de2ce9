build-asan/engine/crypto/hash.o: engine/crypto/hash.c \
 engine/crypto/internal.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h
engine/crypto/internal.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
