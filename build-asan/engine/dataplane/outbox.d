build-asan/engine/dataplane/outbox.o: engine/dataplane/outbox.c \
 engine/dataplane/outbox.h engine/base/addr.h engine/dataplane/counter.h \
 engine/dataplane/ring.h
engine/dataplane/outbox.h:
engine/base/addr.h:
engine/dataplane/counter.h:
engine/dataplane/ring.h:
