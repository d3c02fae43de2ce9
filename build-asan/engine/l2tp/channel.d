build-asan/engine/l2tp/channel.o: engine/l2tp/channel.c \
 engine/l2tp/channel.h engine/base/env.h engine/base/addr.h \
 engine/l2tp/header.h engine/wire/wire.h
engine/l2tp/channel.h:
engine/base/env.h:
engine/base/addr.h:
engine/l2tp/header.h:
engine/wire/wire.h:
