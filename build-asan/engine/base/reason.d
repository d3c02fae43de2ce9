build-asan/engine/base/reason.o: engine/base/reason.c \
 engine/base/reason.h engine/base/reason.def
engine/base/reason.h:
engine/base/reason.def:
