build-asan/engine/keeper/interfaces.o: engine/keeper/interfaces.c \
 engine/keeper/host_link.h engine/keeper/host_state.h \
 engine/keeper/netlink.h engine/base/addr.h engine/keeper/own.h \
 engine/base/chains.h engine/base/table.h engine/ipc/message.h \
 engine/ipc/messages.def engine/keeper/guard.h engine/keeper/news.h \
 engine/keeper/nft.h
engine/keeper/host_link.h:
engine/keeper/host_state.h:
engine/keeper/netlink.h:
engine/base/addr.h:
engine/keeper/own.h:
engine/base/chains.h:
engine/base/table.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/keeper/guard.h:
engine/keeper/news.h:
engine/keeper/nft.h:
