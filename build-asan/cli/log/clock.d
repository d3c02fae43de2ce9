build-asan/cli/log/clock.o: cli/log/clock.c cli/log/clock.h \
 cli/show/zone.h parser/text.h parser/parser.h
cli/log/clock.h:
cli/show/zone.h:
parser/text.h:
parser/parser.h:
