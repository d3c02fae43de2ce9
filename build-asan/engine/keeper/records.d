build-asan/engine/keeper/records.o: engine/keeper/records.c \
 engine/keeper/records.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/keeper/private.h engine/keeper/children.h \
 engine/keeper/devices.h engine/keeper/ledger.h engine/keeper/netlink.h \
 engine/keeper/held.h engine/keeper/host_state.h engine/keeper/keeper.h \
 engine/keeper/monitor.h engine/keeper/nat_hits.h \
 engine/keeper/nft_watch.h engine/keeper/objects.h engine/keeper/own.h \
 engine/base/chains.h engine/base/table.h engine/keeper/guard.h \
 engine/keeper/news.h engine/keeper/nft.h engine/keeper/places.h \
 engine/keeper/routes.h engine/keeper/samples.h \
 engine/keeper/link_stats.h engine/keeper/proc.h \
 engine/keeper/supervisor.h engine/ipc/channel.h \
 engine/keeper/record_kinds.h engine/keeper/conntrack.h \
 engine/keeper/neighbours.h
engine/keeper/records.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/keeper/private.h:
engine/keeper/children.h:
engine/keeper/devices.h:
engine/keeper/ledger.h:
engine/keeper/netlink.h:
engine/keeper/held.h:
engine/keeper/host_state.h:
engine/keeper/keeper.h:
engine/keeper/monitor.h:
engine/keeper/nat_hits.h:
engine/keeper/nft_watch.h:
engine/keeper/objects.h:
engine/keeper/own.h:
engine/base/chains.h:
engine/base/table.h:
engine/keeper/guard.h:
engine/keeper/news.h:
engine/keeper/nft.h:
engine/keeper/places.h:
engine/keeper/routes.h:
engine/keeper/samples.h:
engine/keeper/link_stats.h:
engine/keeper/proc.h:
engine/keeper/supervisor.h:
engine/ipc/channel.h:
engine/keeper/record_kinds.h:
engine/keeper/conntrack.h:
engine/keeper/neighbours.h:
