build-asan/engine/config/apply.o: engine/config/apply.c \
 engine/config/private.h engine/config/config.h engine/base/addr.h \
 engine/crypto/algorithm.h engine/ipc/message.h engine/ipc/messages.def \
 engine/ipc/shape.h
engine/config/private.h:
engine/config/config.h:
engine/base/addr.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/ipc/shape.h:
