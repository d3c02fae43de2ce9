build-asan/engine/keeper/children.o: engine/keeper/children.c \
 engine/keeper/children.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/base/journal.h engine/child/child.h \
 engine/child/stream.h engine/keeper/identity.h
engine/keeper/children.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/base/journal.h:
engine/child/child.h:
engine/child/stream.h:
engine/keeper/identity.h:
