build-asan/engine/ipsec/replay.o: engine/ipsec/replay.c \
 engine/ipsec/replay.h
engine/ipsec/replay.h:
