build-asan/cli/log/settings.o: cli/log/settings.c cli/log/settings.h \
 engine/base/addr.h engine/base/log.h engine/base/log.def
cli/log/settings.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
