build-asan/engine/ipsec/crypt_ways.o: engine/ipsec/crypt_ways.c \
 engine/ipsec/crypt_ways.h engine/ipsec/crypt_ops.h \
 engine/ipsec/crypt_job.h engine/ipsec/crypt.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h
engine/ipsec/crypt_ways.h:
engine/ipsec/crypt_ops.h:
engine/ipsec/crypt_job.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
