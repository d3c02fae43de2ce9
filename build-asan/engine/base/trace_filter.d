build-asan/engine/base/trace_filter.o: engine/base/trace_filter.c \
 engine/base/trace_filter.h engine/base/trace.h engine/base/env.h \
 engine/base/addr.h engine/base/log.h engine/base/log.def
engine/base/trace_filter.h:
engine/base/trace.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
