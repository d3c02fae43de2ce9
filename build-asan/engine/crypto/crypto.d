build-asan/engine/crypto/crypto.o: engine/crypto/crypto.c \
 engine/crypto/internal.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h
engine/crypto/internal.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
