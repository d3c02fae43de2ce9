build-asan/engine/keeper/identity.o: engine/keeper/identity.c \
 engine/keeper/identity.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def
engine/keeper/identity.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
