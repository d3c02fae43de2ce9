build-asan/cli/show/summary.o: cli/show/summary.c cli/show/show.h \
 parser/text.h parser/parser.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/crypto/algorithm.h
cli/show/show.h:
parser/text.h:
parser/parser.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/crypto/algorithm.h:
