build-asan/engine/l2tp/messages.o: engine/l2tp/messages.c \
 engine/l2tp/messages.h engine/l2tp/objects.h engine/l2tp/avp.h \
 engine/l2tp/header.h engine/wire/wire.h engine/l2tp/avp.def \
 engine/l2tp/channel.h engine/base/env.h engine/base/addr.h \
 engine/l2tp/l2tp.h engine/config/config.h engine/crypto/algorithm.h \
 engine/ipc/message.h engine/ipc/messages.def engine/base/reason.h \
 engine/base/reason.def engine/base/trace.h engine/base/log.h \
 engine/base/log.def engine/l2tp/ids.h
engine/l2tp/messages.h:
engine/l2tp/objects.h:
engine/l2tp/avp.h:
engine/l2tp/header.h:
engine/wire/wire.h:
engine/l2tp/avp.def:
engine/l2tp/channel.h:
engine/base/env.h:
engine/base/addr.h:
engine/l2tp/l2tp.h:
engine/config/config.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
engine/l2tp/ids.h:
