build-asan/engine/keeper/netlink_attr.o: engine/keeper/netlink_attr.c \
 engine/keeper/netlink_attr.h engine/base/addr.h
engine/keeper/netlink_attr.h:
engine/base/addr.h:
