build-asan/engine/dataplane/ring.o: engine/dataplane/ring.c \
 engine/dataplane/ring.h
engine/dataplane/ring.h:
