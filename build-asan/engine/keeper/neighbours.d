build-asan/engine/keeper/neighbours.o: engine/keeper/neighbours.c \
 engine/keeper/neighbours.h engine/keeper/netlink.h engine/base/addr.h \
 engine/keeper/netlink_attr.h
engine/keeper/neighbours.h:
engine/keeper/netlink.h:
engine/base/addr.h:
engine/keeper/netlink_attr.h:
