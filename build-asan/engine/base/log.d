build-asan/engine/base/log.o: engine/base/log.c engine/base/log.h \
 engine/base/log.def engine/base/env.h engine/base/addr.h
engine/base/log.h:
engine/base/log.def:
engine/base/env.h:
engine/base/addr.h:
