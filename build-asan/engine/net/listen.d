build-asan/engine/net/listen.o: engine/net/listen.c engine/net/listen.h \
 engine/base/addr.h engine/net/sock.h
engine/net/listen.h:
engine/base/addr.h:
engine/net/sock.h:
