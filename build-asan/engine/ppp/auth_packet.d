build-asan/engine/ppp/auth_packet.o: engine/ppp/auth_packet.c \
 engine/ppp/auth_packet.h engine/ppp/ppp.h engine/base/env.h \
 engine/base/addr.h engine/base/reason.h engine/base/reason.def \
 engine/base/trace.h engine/base/log.h engine/base/log.def \
 engine/wire/wire.h engine/ppp/frame.h
engine/ppp/auth_packet.h:
engine/ppp/ppp.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
engine/wire/wire.h:
engine/ppp/frame.h:
