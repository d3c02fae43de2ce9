build-asan/engine/base/clock.o: engine/base/clock.c engine/base/clock.h \
 engine/base/env.h engine/base/addr.h
engine/base/clock.h:
engine/base/env.h:
engine/base/addr.h:
