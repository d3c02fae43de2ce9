build-asan/tests/support/faults.o: tests/support/faults.c \
 tests/support/faults.h
tests/support/faults.h:
