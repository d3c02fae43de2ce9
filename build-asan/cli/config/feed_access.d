build-asan/cli/config/feed_access.o: cli/config/feed_access.c \
 cli/config/access_words.h cli/config/feed_private.h cli/config/feed.h \
 db/db.h parser/parser.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def cli/config/feed_link.h engine/ipc/shape.h \
 cli/config/row.h
cli/config/access_words.h:
cli/config/feed_private.h:
cli/config/feed.h:
db/db.h:
parser/parser.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
cli/config/feed_link.h:
engine/ipc/shape.h:
cli/config/row.h:
