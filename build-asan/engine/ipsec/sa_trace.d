build-asan/engine/ipsec/sa_trace.o: engine/ipsec/sa_trace.c \
 engine/ipsec/sa_trace.h engine/base/trace.h engine/base/env.h \
 engine/base/addr.h engine/base/log.h engine/base/log.def \
 engine/ipsec/sa.h engine/crypto/algorithm.h
engine/ipsec/sa_trace.h:
engine/base/trace.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
engine/ipsec/sa.h:
engine/crypto/algorithm.h:
