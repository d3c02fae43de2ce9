build-asan/engine/ipc/keep.o: engine/ipc/keep.c engine/ipc/shape.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def
engine/ipc/shape.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
