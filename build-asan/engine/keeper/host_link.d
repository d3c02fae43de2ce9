build-asan/engine/keeper/host_link.o: engine/keeper/host_link.c \
 engine/keeper/host_link.h engine/keeper/host_state.h \
 engine/keeper/netlink.h engine/base/addr.h engine/keeper/netlink_attr.h
engine/keeper/host_link.h:
engine/keeper/host_state.h:
engine/keeper/netlink.h:
engine/base/addr.h:
engine/keeper/netlink_attr.h:
