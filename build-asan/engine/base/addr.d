build-asan/engine/base/addr.o: engine/base/addr.c engine/base/addr.h
engine/base/addr.h:
