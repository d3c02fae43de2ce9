build-asan/cli/manager/links.o: cli/manager/links.c cli/manager/links.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def
cli/manager/links.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
