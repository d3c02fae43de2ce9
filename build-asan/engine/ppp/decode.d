build-asan/engine/ppp/decode.o: engine/ppp/decode.c engine/ppp/decode.h \
 engine/wire/wire.h engine/base/env.h engine/base/addr.h \
 engine/ppp/frame.h engine/ppp/fsm.h engine/ppp/method.h \
 engine/ppp/auth_packet.h engine/ppp/ppp.h engine/base/reason.h \
 engine/base/reason.def engine/base/trace.h engine/base/log.h \
 engine/base/log.def engine/ppp/options.def
engine/ppp/decode.h:
engine/wire/wire.h:
engine/base/env.h:
engine/base/addr.h:
engine/ppp/frame.h:
engine/ppp/fsm.h:
engine/ppp/method.h:
engine/ppp/auth_packet.h:
engine/ppp/ppp.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
engine/ppp/options.def:
