build-asan/engine/ppp/lcp.o: engine/ppp/lcp.c engine/ppp/lcp.h \
 engine/ppp/objects.h engine/ppp/fsm.h engine/base/env.h \
 engine/base/addr.h engine/wire/wire.h engine/ppp/ppp.h \
 engine/base/reason.h engine/base/reason.def engine/base/trace.h \
 engine/base/log.h engine/base/log.def engine/ppp/echo.h \
 engine/ppp/frame.h engine/ppp/lcp_options.h engine/ppp/send.h
engine/ppp/lcp.h:
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
engine/ppp/lcp_options.h:
engine/ppp/send.h:
