build-asan/engine/net/checksum.o: engine/net/checksum.c \
 engine/net/checksum.h engine/wire/wire.h
engine/net/checksum.h:
engine/wire/wire.h:
