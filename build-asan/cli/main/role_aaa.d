build-asan/cli/main/role_aaa.o: cli/main/role_aaa.c cli/main/roles.h \
 engine/base/version.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def \
 engine/role/aaa.h engine/ipc/channel.h
cli/main/roles.h:
engine/base/version.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/role/aaa.h:
engine/ipc/channel.h:
