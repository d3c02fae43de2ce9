build-asan/cli/main/background.o: cli/main/background.c \
 cli/main/background.h
cli/main/background.h:
