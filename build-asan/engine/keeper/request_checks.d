build-asan/engine/keeper/request_checks.o: engine/keeper/request_checks.c \
 engine/keeper/devices.h engine/keeper/ledger.h engine/keeper/netlink.h \
 engine/base/addr.h engine/keeper/held.h engine/keeper/nft.h \
 engine/keeper/own.h engine/base/chains.h engine/base/table.h \
 engine/ipc/message.h engine/ipc/messages.def engine/keeper/guard.h \
 engine/keeper/news.h engine/keeper/host_state.h engine/keeper/records.h \
 engine/keeper/request_checks.h
engine/keeper/devices.h:
engine/keeper/ledger.h:
engine/keeper/netlink.h:
engine/base/addr.h:
engine/keeper/held.h:
engine/keeper/nft.h:
engine/keeper/own.h:
engine/base/chains.h:
engine/base/table.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/keeper/guard.h:
engine/keeper/news.h:
engine/keeper/host_state.h:
engine/keeper/records.h:
engine/keeper/request_checks.h:
