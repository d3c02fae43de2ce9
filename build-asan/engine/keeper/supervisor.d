build-asan/engine/keeper/supervisor.o: engine/keeper/supervisor.c \
 engine/keeper/supervisor.h engine/ipc/channel.h engine/ipc/message.h \
 engine/base/addr.h engine/ipc/messages.def engine/base/journal.h
engine/keeper/supervisor.h:
engine/ipc/channel.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/base/journal.h:
