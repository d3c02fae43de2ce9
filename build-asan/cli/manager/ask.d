build-asan/cli/manager/ask.o: cli/manager/ask.c cli/manager/ask.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def \
 engine/ipc/channel.h engine/ipc/shape.h
cli/manager/ask.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/ipc/channel.h:
engine/ipc/shape.h:
