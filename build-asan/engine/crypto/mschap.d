build-asan/engine/crypto/mschap.o: engine/crypto/mschap.c \
 engine/crypto/mschap.h engine/crypto/crypto.h engine/crypto/algorithm.h
engine/crypto/mschap.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
