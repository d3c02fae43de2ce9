build-asan/engine/ike/dh_job.o: engine/ike/dh_job.c engine/ike/dh_job.h \
 engine/base/shares.h engine/base/env.h engine/base/addr.h \
 engine/crypto/dh.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/ike/limits.h
engine/ike/dh_job.h:
engine/base/shares.h:
engine/base/env.h:
engine/base/addr.h:
engine/crypto/dh.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ike/limits.h:
