build-asan/engine/ike/ident.o: engine/ike/ident.c engine/ike/ident.h \
 engine/base/trace.h engine/base/env.h engine/base/addr.h \
 engine/base/log.h engine/base/log.def engine/ike/payload.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h engine/ike/isakmp.h \
 engine/wire/wire.h
engine/ike/ident.h:
engine/base/trace.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
engine/ike/payload.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
