build-asan/engine/ipsec/crypt_openssl.o: engine/ipsec/crypt_openssl.c \
 engine/crypto/keyed.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/ipsec/crypt_ops.h engine/ipsec/crypt_job.h engine/ipsec/crypt.h
engine/crypto/keyed.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ipsec/crypt_ops.h:
engine/ipsec/crypt_job.h:
engine/ipsec/crypt.h:
