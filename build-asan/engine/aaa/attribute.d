build-asan/engine/aaa/attribute.o: engine/aaa/attribute.c \
 engine/aaa/attribute.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/wire/wire.h engine/aaa/attribute.def
engine/aaa/attribute.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/wire/wire.h:
engine/aaa/attribute.def:
