build-asan/engine/keeper/netlink_links.o: engine/keeper/netlink_links.c \
 engine/keeper/netlink.h engine/base/addr.h engine/keeper/netlink_attr.h
engine/keeper/netlink.h:
engine/base/addr.h:
engine/keeper/netlink_attr.h:
