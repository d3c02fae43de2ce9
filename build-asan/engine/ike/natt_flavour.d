build-asan/engine/ike/natt_flavour.o: engine/ike/natt_flavour.c \
 engine/ike/natt_flavour.h engine/config/config.h engine/base/addr.h \
 engine/crypto/algorithm.h engine/ipc/message.h engine/ipc/messages.def \
 engine/ike/isakmp.h engine/ike/vendor.h engine/base/trace.h \
 engine/base/env.h engine/base/log.h engine/base/log.def \
 engine/ike/codec.h engine/crypto/crypto.h engine/wire/wire.h
engine/ike/natt_flavour.h:
engine/config/config.h:
engine/base/addr.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/ike/isakmp.h:
engine/ike/vendor.h:
engine/base/trace.h:
engine/base/env.h:
engine/base/log.h:
engine/base/log.def:
engine/ike/codec.h:
engine/crypto/crypto.h:
engine/wire/wire.h:
