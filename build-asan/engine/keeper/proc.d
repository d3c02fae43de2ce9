build-asan/engine/keeper/proc.o: engine/keeper/proc.c \
 engine/keeper/proc.h engine/base/addr.h
engine/keeper/proc.h:
engine/base/addr.h:
