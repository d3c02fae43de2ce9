build-asan/engine/keeper/held.o: engine/keeper/held.c \
 engine/keeper/held.h engine/net/sock.h engine/base/addr.h
engine/keeper/held.h:
engine/net/sock.h:
engine/base/addr.h:
