build-asan/engine/crypto/password.o: engine/crypto/password.c \
 engine/crypto/password.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/crypto/base64.h engine/crypto/mschap.h
engine/crypto/password.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/crypto/base64.h:
engine/crypto/mschap.h:
