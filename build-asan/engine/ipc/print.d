build-asan/engine/ipc/print.o: engine/ipc/print.c engine/ipc/shape.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def
engine/ipc/shape.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
