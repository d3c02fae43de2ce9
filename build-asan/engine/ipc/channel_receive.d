build-asan/engine/ipc/channel_receive.o: engine/ipc/channel_receive.c \
 engine/ipc/channel_private.h engine/ipc/channel.h engine/ipc/message.h \
 engine/base/addr.h engine/ipc/messages.def engine/wire/wire.h
engine/ipc/channel_private.h:
engine/ipc/channel.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/wire/wire.h:
