build-asan/engine/base/chains.o: engine/base/chains.c \
 engine/base/chains.h
engine/base/chains.h:
