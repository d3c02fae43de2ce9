build-asan/engine/ipsec/crypt_measure.o: engine/ipsec/crypt_measure.c \
 engine/ipsec/crypt_measure.h engine/ipsec/crypt_ways.h \
 engine/ipsec/crypt_ops.h engine/ipsec/crypt_job.h engine/ipsec/crypt.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h
engine/ipsec/crypt_measure.h:
engine/ipsec/crypt_ways.h:
engine/ipsec/crypt_ops.h:
engine/ipsec/crypt_job.h:
engine/ipsec/crypt.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
