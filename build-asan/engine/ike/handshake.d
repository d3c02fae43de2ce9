build-asan/engine/ike/handshake.o: engine/ike/handshake.c \
 engine/ike/handshake.h engine/config/config.h engine/base/addr.h \
 engine/crypto/algorithm.h engine/ipc/message.h engine/ipc/messages.def \
 engine/crypto/dh.h engine/crypto/crypto.h engine/ike/incoming.h \
 engine/ike/codec.h engine/ike/isakmp.h engine/wire/wire.h \
 engine/ike/limits.h engine/ike/dh_job.h engine/base/shares.h \
 engine/base/env.h
engine/ike/handshake.h:
engine/config/config.h:
engine/base/addr.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/crypto/dh.h:
engine/crypto/crypto.h:
engine/ike/incoming.h:
engine/ike/codec.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
engine/ike/limits.h:
engine/ike/dh_job.h:
engine/base/shares.h:
engine/base/env.h:
