build-asan/cli/log/debug_hub.o: cli/log/debug_hub.c cli/log/debug_hub.h \
 engine/base/trace.h engine/base/env.h engine/base/addr.h \
 engine/base/log.h engine/base/log.def engine/base/trace_filter.h \
 parser/text.h parser/parser.h cli/log/clock.h cli/show/zone.h
cli/log/debug_hub.h:
engine/base/trace.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
engine/base/trace_filter.h:
parser/text.h:
parser/parser.h:
cli/log/clock.h:
cli/show/zone.h:
