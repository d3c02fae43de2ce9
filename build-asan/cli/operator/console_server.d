build-asan/cli/operator/console_server.o: cli/operator/console_server.c \
 cli/operator/console_server.h cli/operator/console_client.h
cli/operator/console_server.h:
cli/operator/console_client.h:
