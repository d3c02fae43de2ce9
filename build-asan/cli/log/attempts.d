build-asan/cli/log/attempts.o: cli/log/attempts.c cli/log/attempts.h
cli/log/attempts.h:
