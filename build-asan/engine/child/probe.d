build-asan/engine/child/probe.o: engine/child/probe.c \
 engine/child/probe.h engine/child/icmp.h engine/base/addr.h
engine/child/probe.h:
engine/child/icmp.h:
engine/base/addr.h:
