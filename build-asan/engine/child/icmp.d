build-asan/engine/child/icmp.o: engine/child/icmp.c engine/child/icmp.h \
 engine/base/addr.h engine/net/checksum.h engine/wire/wire.h
engine/child/icmp.h:
engine/base/addr.h:
engine/net/checksum.h:
engine/wire/wire.h:
