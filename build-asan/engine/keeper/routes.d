build-asan/engine/keeper/routes.o: engine/keeper/routes.c \
 engine/keeper/routes.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/keeper/netlink.h \
 engine/keeper/netlink_attr.h
engine/keeper/routes.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/keeper/netlink.h:
engine/keeper/netlink_attr.h:
