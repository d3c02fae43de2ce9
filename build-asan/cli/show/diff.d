build-asan/cli/show/diff.o: cli/show/diff.c cli/show/diff.h
cli/show/diff.h:
