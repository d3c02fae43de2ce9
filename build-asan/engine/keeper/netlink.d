build-asan/engine/keeper/netlink.o: engine/keeper/netlink.c \
 engine/keeper/netlink.h engine/base/addr.h engine/keeper/netlink_attr.h
engine/keeper/netlink.h:
engine/base/addr.h:
engine/keeper/netlink_attr.h:
