build-asan/cli/log/senders.o: cli/log/senders.c cli/log/senders.h \
 cli/log/settings.h engine/base/addr.h engine/base/log.h \
 engine/base/log.def parser/text.h parser/parser.h
cli/log/senders.h:
cli/log/settings.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
parser/text.h:
parser/parser.h:
