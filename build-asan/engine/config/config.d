build-asan/engine/config/config.o: engine/config/config.c \
 engine/config/config.h engine/base/addr.h engine/crypto/algorithm.h \
 engine/ipc/message.h engine/ipc/messages.def engine/config/private.h \
 engine/ipc/shape.h
engine/config/config.h:
engine/base/addr.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/config/private.h:
engine/ipc/shape.h:
