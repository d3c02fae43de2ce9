build-asan/engine/keeper/devices.o: engine/keeper/devices.c \
 engine/keeper/devices.h engine/keeper/ledger.h engine/keeper/netlink.h \
 engine/base/addr.h
engine/keeper/devices.h:
engine/keeper/ledger.h:
engine/keeper/netlink.h:
engine/base/addr.h:
