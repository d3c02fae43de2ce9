build-asan/cli/disk/place.o: cli/disk/place.c cli/disk/place.h \
 cli/disk/disk.h
cli/disk/place.h:
cli/disk/disk.h:
