build-asan/engine/aaa/aaa.o: engine/aaa/aaa.c engine/aaa/aaa.h \
 engine/base/env.h engine/base/addr.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/ipc/message.h engine/ipc/messages.def \
 engine/aaa/local_admin.h engine/aaa/local.h engine/aaa/conversation.h \
 engine/aaa/attribute.h engine/wire/wire.h engine/aaa/attribute.def \
 engine/aaa/group.h engine/base/log.h engine/base/log.def \
 engine/base/reason.h engine/base/reason.def engine/aaa/report.h \
 engine/base/trace.h engine/aaa/users.h engine/crypto/password.h \
 engine/crypto/mschap.h
engine/aaa/aaa.h:
engine/base/env.h:
engine/base/addr.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/aaa/local_admin.h:
engine/aaa/local.h:
engine/aaa/conversation.h:
engine/aaa/attribute.h:
engine/wire/wire.h:
engine/aaa/attribute.def:
engine/aaa/group.h:
engine/base/log.h:
engine/base/log.def:
engine/base/reason.h:
engine/base/reason.def:
engine/aaa/report.h:
engine/base/trace.h:
engine/aaa/users.h:
engine/crypto/password.h:
engine/crypto/mschap.h:
