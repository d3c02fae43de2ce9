build-asan/engine/keeper/conntrack.o: engine/keeper/conntrack.c \
 engine/keeper/conntrack.h engine/base/addr.h engine/ipc/message.h \
 engine/ipc/messages.def engine/keeper/netlink_attr.h
engine/keeper/conntrack.h:
engine/base/addr.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/keeper/netlink_attr.h:
