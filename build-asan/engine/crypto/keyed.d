build-asan/engine/crypto/keyed.o: engine/crypto/keyed.c \
 engine/crypto/keyed.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/crypto/internal.h
engine/crypto/keyed.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/crypto/internal.h:
