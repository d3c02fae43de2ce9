build-asan/engine/ipsec/crypt_mb.o: engine/ipsec/crypt_mb.c \
 engine/ipsec/crypt_ops.h engine/ipsec/crypt_job.h engine/ipsec/crypt.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h
engine/ipsec/crypt_ops.h:
engine/ipsec/crypt_job.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
