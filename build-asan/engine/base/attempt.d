build-asan/engine/base/attempt.o: engine/base/attempt.c \
 engine/base/attempt.h engine/base/env.h engine/base/addr.h \
 engine/base/reason.h engine/base/reason.def
engine/base/attempt.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/reason.h:
engine/base/reason.def:
