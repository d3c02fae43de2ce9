build-asan/engine/keeper/own_nat.o: engine/keeper/own_nat.c \
 engine/keeper/own.h engine/base/chains.h engine/base/table.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def \
 engine/keeper/guard.h engine/keeper/news.h engine/keeper/host_state.h \
 engine/keeper/netlink.h engine/keeper/nft.h
engine/keeper/own.h:
engine/base/chains.h:
engine/base/table.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/keeper/guard.h:
engine/keeper/news.h:
engine/keeper/host_state.h:
engine/keeper/netlink.h:
engine/keeper/nft.h:
