build-asan/engine/aaa/users.o: engine/aaa/users.c engine/aaa/users.h \
 engine/crypto/password.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def
engine/aaa/users.h:
engine/crypto/password.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
