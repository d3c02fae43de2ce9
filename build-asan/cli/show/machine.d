build-asan/cli/show/machine.o: cli/show/machine.c cli/show/machine.h \
 cli/show/show.h parser/text.h parser/parser.h engine/ipc/message.h \
 engine/base/addr.h engine/ipc/messages.def
cli/show/machine.h:
cli/show/show.h:
parser/text.h:
parser/parser.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
