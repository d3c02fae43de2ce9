build-asan/engine/aaa/local_admin.o: engine/aaa/local_admin.c \
 engine/aaa/local_admin.h engine/aaa/local.h engine/aaa/conversation.h \
 engine/aaa/attribute.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/wire/wire.h engine/aaa/attribute.def \
 engine/aaa/group.h engine/base/env.h engine/base/log.h \
 engine/base/log.def engine/base/reason.h engine/base/reason.def \
 engine/aaa/report.h engine/base/trace.h engine/aaa/users.h \
 engine/crypto/password.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h
engine/aaa/local_admin.h:
engine/aaa/local.h:
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
engine/aaa/report.h:
engine/base/trace.h:
engine/aaa/users.h:
engine/crypto/password.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
