build-asan/engine/dataplane/ip.o: engine/dataplane/ip.c \
 engine/dataplane/ip.h engine/net/ipv4.h engine/wire/wire.h \
 engine/net/checksum.h
engine/dataplane/ip.h:
engine/net/ipv4.h:
engine/wire/wire.h:
engine/net/checksum.h:
