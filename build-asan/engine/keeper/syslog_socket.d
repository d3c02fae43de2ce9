build-asan/engine/keeper/syslog_socket.o: engine/keeper/syslog_socket.c \
 engine/keeper/syslog_socket.h engine/base/addr.h
engine/keeper/syslog_socket.h:
engine/base/addr.h:
