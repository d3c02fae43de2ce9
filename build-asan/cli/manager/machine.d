build-asan/cli/manager/machine.o: cli/manager/machine.c \
 cli/manager/machine.h
cli/manager/machine.h:
