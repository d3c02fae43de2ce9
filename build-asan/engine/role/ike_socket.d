build-asan/engine/role/ike_socket.o: engine/role/ike_socket.c \
 engine/role/ike_socket.h engine/base/addr.h engine/net/sock.h
engine/role/ike_socket.h:
engine/base/addr.h:
engine/net/sock.h:
