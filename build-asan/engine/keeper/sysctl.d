build-asan/engine/keeper/sysctl.o: engine/keeper/sysctl.c \
 engine/keeper/sysctl.h engine/keeper/held.h
engine/keeper/sysctl.h:
engine/keeper/held.h:
