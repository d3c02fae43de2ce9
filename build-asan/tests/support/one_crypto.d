build-asan/tests/support/one_crypto.o: tests/support/one_crypto.c \
 tests/support/one_crypto.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h
tests/support/one_crypto.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
