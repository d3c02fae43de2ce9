build-asan/tests/support/one_fsm.o: tests/support/one_fsm.c \
 tests/support/one_fsm.h engine/ppp/fsm.h engine/base/env.h \
 engine/base/addr.h engine/wire/wire.h
tests/support/one_fsm.h:
engine/ppp/fsm.h:
engine/base/env.h:
engine/base/addr.h:
engine/wire/wire.h:
