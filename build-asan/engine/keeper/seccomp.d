build-asan/engine/keeper/seccomp.o: engine/keeper/seccomp.c \
 engine/keeper/seccomp.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def
engine/keeper/seccomp.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
