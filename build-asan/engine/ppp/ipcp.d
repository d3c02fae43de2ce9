build-asan/engine/ppp/ipcp.o: engine/ppp/ipcp.c engine/ppp/ipcp.h \
 engine/ppp/objects.h engine/ppp/fsm.h engine/base/env.h \
 engine/base/addr.h engine/wire/wire.h engine/ppp/ppp.h \
 engine/base/reason.h engine/base/reason.def engine/base/trace.h \
 engine/base/log.h engine/base/log.def engine/ppp/auth.h \
 engine/ppp/frame.h engine/ppp/options.h engine/ppp/options.def \
 engine/ppp/send.h
engine/ppp/ipcp.h:
engine/ppp/objects.h:
engine/ppp/fsm.h:
engine/base/env.h:
engine/base/addr.h:
engine/wire/wire.h:
engine/ppp/ppp.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
engine/ppp/auth.h:
engine/ppp/frame.h:
engine/ppp/options.h:
engine/ppp/options.def:
engine/ppp/send.h:
