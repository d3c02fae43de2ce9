build-asan/engine/keeper/monitor.o: engine/keeper/monitor.c \
 engine/keeper/monitor.h engine/keeper/netlink.h engine/base/addr.h
engine/keeper/monitor.h:
engine/keeper/netlink.h:
engine/base/addr.h:
