build-asan/cli/manager/child.o: cli/manager/child.c cli/manager/child.h \
 cli/manager/ask.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/child/stream.h engine/ipc/channel.h
cli/manager/child.h:
cli/manager/ask.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/child/stream.h:
engine/ipc/channel.h:
