build-asan/tests/support/feeding.o: tests/support/feeding.c \
 tests/support/feeding.h cli/config/feed.h db/db.h parser/parser.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def \
 engine/config/config.h engine/crypto/algorithm.h tests/support/config.h \
 parser/text.h
tests/support/feeding.h:
cli/config/feed.h:
db/db.h:
parser/parser.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/config/config.h:
engine/crypto/algorithm.h:
tests/support/config.h:
parser/text.h:
