build-asan/engine/aaa/report.o: engine/aaa/report.c engine/aaa/report.h \
 engine/aaa/conversation.h engine/aaa/attribute.h engine/ipc/message.h \
 engine/base/addr.h engine/ipc/messages.def engine/wire/wire.h \
 engine/aaa/attribute.def engine/aaa/group.h engine/base/env.h \
 engine/base/log.h engine/base/log.def engine/base/reason.h \
 engine/base/reason.def engine/base/trace.h engine/base/clock.h
engine/aaa/report.h:
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
engine/base/trace.h:
engine/base/clock.h:
