build-asan/engine/keeper/confine.o: engine/keeper/confine.c \
 engine/keeper/confine.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/keeper/identity.h
engine/keeper/confine.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/keeper/identity.h:
