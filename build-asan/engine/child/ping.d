build-asan/engine/child/ping.o: engine/child/ping.c engine/child/child.h \
 engine/child/stream.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/child/tasks.h engine/child/probe.h \
 engine/child/icmp.h
engine/child/child.h:
engine/child/stream.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/child/tasks.h:
engine/child/probe.h:
engine/child/icmp.h:
