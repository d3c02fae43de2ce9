build-asan/cli/config/feed_link.o: cli/config/feed_link.c \
 cli/config/feed_link.h db/db.h parser/parser.h engine/ipc/shape.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def \
 parser/nearest.h
cli/config/feed_link.h:
db/db.h:
parser/parser.h:
engine/ipc/shape.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
parser/nearest.h:
