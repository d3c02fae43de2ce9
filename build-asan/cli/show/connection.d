build-asan/cli/show/connection.o: cli/show/connection.c \
 cli/show/machine.h cli/show/show.h parser/text.h parser/parser.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def
cli/show/machine.h:
cli/show/show.h:
parser/text.h:
parser/parser.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
