build-asan/engine/keeper/link_stats.o: engine/keeper/link_stats.c \
 engine/keeper/link_stats.h engine/keeper/netlink.h engine/base/addr.h \
 engine/ipc/message.h engine/ipc/messages.def \
 engine/keeper/netlink_attr.h
engine/keeper/link_stats.h:
engine/keeper/netlink.h:
engine/base/addr.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/keeper/netlink_attr.h:
