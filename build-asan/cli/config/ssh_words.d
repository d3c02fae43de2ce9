build-asan/cli/config/ssh_words.o: cli/config/ssh_words.c \
 cli/config/ssh_words.h
cli/config/ssh_words.h:
