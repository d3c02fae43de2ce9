build-asan/engine/base/journal.o: engine/base/journal.c \
 engine/base/journal.h
engine/base/journal.h:
