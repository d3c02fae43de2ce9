build-asan/engine/crypto/dh.o: engine/crypto/dh.c engine/crypto/dh.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/crypto/internal.h
engine/crypto/dh.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/crypto/internal.h:
