build-asan/engine/child/stream.o: engine/child/stream.c \
 engine/child/stream.h
engine/child/stream.h:
