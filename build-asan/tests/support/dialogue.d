build-asan/tests/support/dialogue.o: tests/support/dialogue.c \
 engine/wire/wire.h tests/support/dialogue.h engine/l2tp/l2tp.h \
 engine/config/config.h engine/base/addr.h engine/crypto/algorithm.h \
 engine/ipc/message.h engine/ipc/messages.def engine/base/env.h \
 engine/base/reason.h engine/base/reason.def engine/base/trace.h \
 engine/base/log.h engine/base/log.def engine/ppp/ppp.h \
 tests/support/lac.h engine/crypto/mschap.h engine/crypto/crypto.h
engine/wire/wire.h:
tests/support/dialogue.h:
engine/l2tp/l2tp.h:
engine/config/config.h:
engine/base/addr.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/base/env.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
engine/ppp/ppp.h:
tests/support/lac.h:
engine/crypto/mschap.h:
engine/crypto/crypto.h:
