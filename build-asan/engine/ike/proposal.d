build-asan/engine/ike/proposal.o: engine/ike/proposal.c \
 engine/ike/proposal.h engine/base/trace.h engine/base/env.h \
 engine/base/addr.h engine/base/log.h engine/base/log.def \
 engine/config/config.h engine/crypto/algorithm.h engine/ipc/message.h \
 engine/ipc/messages.def engine/crypto/dh.h engine/crypto/crypto.h \
 engine/ike/codec.h engine/ike/isakmp.h engine/wire/wire.h \
 engine/ike/payload.h
engine/ike/proposal.h:
engine/base/trace.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
engine/config/config.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/crypto/dh.h:
engine/crypto/crypto.h:
engine/ike/codec.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
engine/ike/payload.h:
