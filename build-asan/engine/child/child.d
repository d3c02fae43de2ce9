build-asan/engine/child/child.o: engine/child/child.c \
 engine/child/child.h engine/child/stream.h engine/ipc/message.h \
 engine/base/addr.h engine/ipc/messages.def
engine/child/child.h:
engine/child/stream.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
