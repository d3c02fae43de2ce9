build-asan/engine/aaa/group.o: engine/aaa/group.c engine/aaa/group.h
engine/aaa/group.h:
