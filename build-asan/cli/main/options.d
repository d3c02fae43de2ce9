build-asan/cli/main/options.o: cli/main/options.c cli/main/options.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def \
 cli/operator/console.h cli/main/roles.h engine/base/version.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h
cli/main/options.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
cli/operator/console.h:
cli/main/roles.h:
engine/base/version.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
