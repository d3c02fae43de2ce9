build-asan/engine/ppp/link.o: engine/ppp/link.c engine/ppp/auth.h \
 engine/ppp/objects.h engine/ppp/fsm.h engine/base/env.h \
 engine/base/addr.h engine/wire/wire.h engine/ppp/ppp.h \
 engine/base/reason.h engine/base/reason.def engine/base/trace.h \
 engine/base/log.h engine/base/log.def engine/ppp/echo.h \
 engine/ppp/frame.h engine/ppp/ipcp.h engine/ppp/lcp.h \
 engine/ppp/lcp_options.h engine/ppp/method.h engine/ppp/auth_packet.h \
 engine/ppp/send.h
engine/ppp/auth.h:
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
engine/ppp/echo.h:
engine/ppp/frame.h:
engine/ppp/ipcp.h:
engine/ppp/lcp.h:
engine/ppp/lcp_options.h:
engine/ppp/method.h:
engine/ppp/auth_packet.h:
engine/ppp/send.h:
