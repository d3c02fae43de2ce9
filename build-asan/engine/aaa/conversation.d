build-asan/engine/aaa/conversation.o: engine/aaa/conversation.c \
 engine/aaa/conversation.h engine/aaa/attribute.h engine/ipc/message.h \
 engine/base/addr.h engine/ipc/messages.def engine/wire/wire.h \
 engine/aaa/attribute.def engine/aaa/group.h engine/base/env.h \
 engine/base/log.h engine/base/log.def engine/base/reason.h \
 engine/base/reason.def engine/crypto/crypto.h engine/crypto/algorithm.h
engine/aaa/conversation.h:
engine/aaa/attribute.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/wire/wire.h:
engine/aaa/attribute.def:
engine/aaa/group.h:
engine/base/env.h:
engine/base/log.h:
engine/base/log.def:
engine/base/reason.h:
engine/base/reason.def:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
