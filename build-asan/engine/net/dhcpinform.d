build-asan/engine/net/dhcpinform.o: engine/net/dhcpinform.c \
 engine/net/dhcpinform.h engine/base/addr.h engine/net/ipv4.h \
 engine/wire/wire.h
engine/net/dhcpinform.h:
engine/base/addr.h:
engine/net/ipv4.h:
engine/wire/wire.h:
