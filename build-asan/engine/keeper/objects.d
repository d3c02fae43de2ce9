build-asan/engine/keeper/objects.o: engine/keeper/objects.c \
 engine/keeper/objects.h engine/keeper/own.h engine/base/chains.h \
 engine/base/table.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/keeper/guard.h engine/keeper/news.h \
 engine/keeper/host_state.h engine/keeper/netlink.h engine/keeper/nft.h \
 engine/keeper/host_link.h
engine/keeper/objects.h:
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
engine/keeper/host_link.h:
