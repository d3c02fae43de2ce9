build-asan/engine/crypto/algorithm.o: engine/crypto/algorithm.c \
 engine/crypto/algorithm.h
engine/crypto/algorithm.h:
