build-asan/engine/session/overlay.o: engine/session/overlay.c \
 engine/session/overlay.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/session/policy.h engine/config/config.h \
 engine/crypto/algorithm.h engine/aaa/attribute.h engine/wire/wire.h \
 engine/aaa/attribute.def
engine/session/overlay.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/session/policy.h:
engine/config/config.h:
engine/crypto/algorithm.h:
engine/aaa/attribute.h:
engine/wire/wire.h:
engine/aaa/attribute.def:
