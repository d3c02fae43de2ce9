build-asan/engine/ppp/lcp_options.o: engine/ppp/lcp_options.c \
 engine/ppp/lcp_options.h engine/ppp/objects.h engine/ppp/fsm.h \
 engine/base/env.h engine/base/addr.h engine/wire/wire.h engine/ppp/ppp.h \
 engine/base/reason.h engine/base/reason.def engine/base/trace.h \
 engine/base/log.h engine/base/log.def engine/ppp/frame.h \
 engine/ppp/method.h engine/ppp/auth_packet.h engine/ppp/options.h \
 engine/ppp/options.def
engine/ppp/lcp_options.h:
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
engine/ppp/frame.h:
engine/ppp/method.h:
engine/ppp/auth_packet.h:
engine/ppp/options.h:
engine/ppp/options.def:
