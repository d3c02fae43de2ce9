build-asan/cli/disk/disk.o: cli/disk/disk.c cli/disk/disk.h
cli/disk/disk.h:
