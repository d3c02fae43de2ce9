build-asan/tests/support/one_link.o: tests/support/one_link.c \
 tests/support/one_link.h engine/ppp/auth_packet.h engine/ppp/ppp.h \
 engine/base/env.h engine/base/addr.h engine/base/reason.h \
 engine/base/reason.def engine/base/trace.h engine/base/log.h \
 engine/base/log.def engine/wire/wire.h engine/ppp/frame.h \
 engine/ppp/objects.h engine/ppp/fsm.h tests/support/env_sim.h
tests/support/one_link.h:
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
engine/ppp/objects.h:
engine/ppp/fsm.h:
tests/support/env_sim.h:
