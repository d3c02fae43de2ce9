build-asan/engine/keeper/netlink_ours.o: engine/keeper/netlink_ours.c \
 engine/keeper/netlink.h engine/base/addr.h engine/keeper/netlink_attr.h
engine/keeper/netlink.h:
engine/base/addr.h:
engine/keeper/netlink_attr.h:
