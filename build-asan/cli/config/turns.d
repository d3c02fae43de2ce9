build-asan/cli/config/turns.o: cli/config/turns.c cli/config/turns.h
cli/config/turns.h:
