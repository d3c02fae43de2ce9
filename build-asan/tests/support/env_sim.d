build-asan/tests/support/env_sim.o: tests/support/env_sim.c \
 tests/support/env_sim.h engine/base/env.h engine/base/addr.h
tests/support/env_sim.h:
engine/base/env.h:
engine/base/addr.h:
