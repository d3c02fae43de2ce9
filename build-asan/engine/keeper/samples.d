build-asan/engine/keeper/samples.o: engine/keeper/samples.c \
 engine/keeper/samples.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/keeper/link_stats.h \
 engine/keeper/netlink.h engine/keeper/proc.h
engine/keeper/samples.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/keeper/link_stats.h:
engine/keeper/netlink.h:
engine/keeper/proc.h:
