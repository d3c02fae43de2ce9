build-asan/engine/ipc/channel_send.o: engine/ipc/channel_send.c \
 engine/ipc/channel_private.h engine/ipc/channel.h engine/ipc/message.h \
 engine/base/addr.h engine/ipc/messages.def engine/wire/wire.h
engine/ipc/channel_private.h:
engine/ipc/channel.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/wire/wire.h:
