build-asan/engine/base/shares.o: engine/base/shares.c \
 engine/base/shares.h engine/base/env.h engine/base/addr.h \
 engine/base/chains.h
engine/base/shares.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/chains.h:
