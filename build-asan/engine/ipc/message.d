build-asan/engine/ipc/message.o: engine/ipc/message.c \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def \
 engine/wire/wire.h
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/wire/wire.h:
