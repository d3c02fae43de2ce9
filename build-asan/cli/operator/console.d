build-asan/cli/operator/console.o: cli/operator/console.c \
 cli/operator/console.h engine/wire/wire.h
cli/operator/console.h:
engine/wire/wire.h:
