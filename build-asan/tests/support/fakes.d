build-asan/tests/support/fakes.o: tests/support/fakes.c \
 tests/support/fakes.h engine/aaa/aaa.h engine/base/env.h \
 engine/base/addr.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/ipc/message.h engine/ipc/messages.def engine/aaa/conversation.h \
 engine/aaa/attribute.h engine/wire/wire.h engine/aaa/attribute.def \
 engine/aaa/group.h engine/base/log.h engine/base/log.def \
 engine/base/reason.h engine/base/reason.def tests/support/env_sim.h \
 tests/support/one_crypto.h
tests/support/fakes.h:
engine/aaa/aaa.h:
engine/base/env.h:
engine/base/addr.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/aaa/conversation.h:
engine/aaa/attribute.h:
engine/wire/wire.h:
engine/aaa/attribute.def:
engine/aaa/group.h:
engine/base/log.h:
engine/base/log.def:
engine/base/reason.h:
engine/base/reason.def:
tests/support/env_sim.h:
tests/support/one_crypto.h:
