build-asan/engine/net/pool.o: engine/net/pool.c engine/net/pool.h \
 engine/config/config.h engine/base/addr.h engine/crypto/algorithm.h \
 engine/ipc/message.h engine/ipc/messages.def engine/base/table.h
engine/net/pool.h:
engine/config/config.h:
engine/base/addr.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/base/table.h:
