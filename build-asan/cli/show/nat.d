build-asan/cli/show/nat.o: cli/show/nat.c cli/show/nat.h cli/show/show.h \
 parser/text.h parser/parser.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def
cli/show/nat.h:
cli/show/show.h:
parser/text.h:
parser/parser.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
