build-asan/engine/net/sock.o: engine/net/sock.c engine/net/sock.h \
 engine/base/addr.h
engine/net/sock.h:
engine/base/addr.h:
