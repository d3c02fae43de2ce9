build-asan/cli/show/zone.o: cli/show/zone.c cli/show/zone.h
cli/show/zone.h:
