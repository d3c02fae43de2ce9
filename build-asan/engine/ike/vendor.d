build-asan/engine/ike/vendor.o: engine/ike/vendor.c engine/ike/vendor.h \
 engine/base/trace.h engine/base/env.h engine/base/addr.h \
 engine/base/log.h engine/base/log.def engine/ike/codec.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h engine/ike/isakmp.h \
 engine/wire/wire.h
engine/ike/vendor.h:
engine/base/trace.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
engine/ike/codec.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
