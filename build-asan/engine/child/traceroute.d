build-asan/engine/child/traceroute.o: engine/child/traceroute.c \
 engine/child/stream.h engine/child/tasks.h engine/child/probe.h \
 engine/child/icmp.h engine/base/addr.h engine/ipc/message.h \
 engine/ipc/messages.def
engine/child/stream.h:
engine/child/tasks.h:
engine/child/probe.h:
engine/child/icmp.h:
engine/base/addr.h:
engine/ipc/message.h:
engine/ipc/messages.def:
