build-asan/engine/ipc/channel.o: engine/ipc/channel.c \
 engine/ipc/channel_private.h engine/ipc/channel.h engine/ipc/message.h \
 engine/base/addr.h engine/ipc/messages.def
engine/ipc/channel_private.h:
engine/ipc/channel.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
