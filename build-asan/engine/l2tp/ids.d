build-asan/engine/l2tp/ids.o: engine/l2tp/ids.c engine/l2tp/ids.h \
 engine/base/env.h engine/base/addr.h
engine/l2tp/ids.h:
engine/base/env.h:
engine/base/addr.h:
