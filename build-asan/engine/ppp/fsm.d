build-asan/engine/ppp/fsm.o: engine/ppp/fsm.c engine/ppp/fsm.h \
 engine/base/env.h engine/base/addr.h engine/wire/wire.h
engine/ppp/fsm.h:
engine/base/env.h:
engine/base/addr.h:
engine/wire/wire.h:
