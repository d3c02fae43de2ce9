build-asan/cli/log/order.o: cli/log/order.c cli/log/order.h
cli/log/order.h:
