build-asan/tests/support/defaults.o: tests/support/defaults.c \
 tests/support/defaults.h engine/config/config.h engine/base/addr.h \
 engine/crypto/algorithm.h engine/ipc/message.h engine/ipc/messages.def
tests/support/defaults.h:
engine/config/config.h:
engine/base/addr.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
