build-asan/engine/keeper/request_checks_child.o: \
 engine/keeper/request_checks_child.c \
 engine/keeper/request_checks_child.h engine/ipc/message.h \
 engine/base/addr.h engine/ipc/messages.def engine/child/limits.h
engine/keeper/request_checks_child.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/child/limits.h:
