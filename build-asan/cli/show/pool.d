build-asan/cli/show/pool.o: cli/show/pool.c cli/show/show.h parser/text.h \
 parser/parser.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def
cli/show/show.h:
parser/text.h:
parser/parser.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
