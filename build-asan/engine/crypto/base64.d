build-asan/engine/crypto/base64.o: engine/crypto/base64.c \
 engine/crypto/base64.h
engine/crypto/base64.h:
