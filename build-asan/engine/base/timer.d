build-asan/engine/base/timer.o: engine/base/timer.c engine/base/env.h \
 engine/base/addr.h
engine/base/env.h:
engine/base/addr.h:
