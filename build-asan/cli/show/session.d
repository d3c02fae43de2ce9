build-asan/cli/show/session.o: cli/show/session.c cli/show/show.h \
 parser/text.h parser/parser.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def cli/show/zone.h
cli/show/show.h:
parser/text.h:
parser/parser.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
cli/show/zone.h:
