build-asan/engine/net/ipv4.o: engine/net/ipv4.c engine/net/ipv4.h \
 engine/wire/wire.h engine/net/checksum.h
engine/net/ipv4.h:
engine/wire/wire.h:
engine/net/checksum.h:
