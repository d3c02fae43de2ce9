build-asan/cli/acts/acts.o: cli/acts/acts.c cli/acts/acts.h \
 parser/parser.h
cli/acts/acts.h:
parser/parser.h:
