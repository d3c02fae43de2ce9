build-asan/engine/keeper/host_clock.o: engine/keeper/host_clock.c \
 engine/keeper/host_clock.h
engine/keeper/host_clock.h:
