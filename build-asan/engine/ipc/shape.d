build-asan/engine/ipc/shape.o: engine/ipc/shape.c engine/ipc/shape.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def
engine/ipc/shape.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
