build-asan/cli/log/logins.o: cli/log/logins.c cli/log/logins.h
cli/log/logins.h:
