build-asan/cli/config/access_words.o: cli/config/access_words.c \
 cli/config/access_words.h
cli/config/access_words.h:
