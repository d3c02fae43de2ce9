build-asan/engine/ike/proposal_esp.o: engine/ike/proposal_esp.c \
 engine/ike/proposal_esp.h engine/base/trace.h engine/base/env.h \
 engine/base/addr.h engine/base/log.h engine/base/log.def \
 engine/config/config.h engine/crypto/algorithm.h engine/ipc/message.h \
 engine/ipc/messages.def engine/ike/natt_flavour.h engine/ike/payload.h \
 engine/crypto/crypto.h engine/ike/isakmp.h engine/wire/wire.h \
 engine/crypto/dh.h
engine/ike/proposal_esp.h:
engine/base/trace.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
engine/config/config.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/ike/natt_flavour.h:
engine/ike/payload.h:
engine/crypto/crypto.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
engine/crypto/dh.h:
