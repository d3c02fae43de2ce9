build-asan/engine/keeper/own.o: engine/keeper/own.c engine/keeper/own.h \
 engine/base/chains.h engine/base/table.h engine/ipc/message.h \
 engine/base/addr.h engine/ipc/messages.def engine/keeper/guard.h \
 engine/keeper/news.h engine/keeper/host_state.h engine/keeper/netlink.h \
 engine/keeper/nft.h
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
