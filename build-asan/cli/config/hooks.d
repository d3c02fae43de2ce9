build-asan/cli/config/hooks.o: cli/config/hooks.c \
 cli/config/access_words.h cli/config/row.h db/db.h parser/parser.h \
 engine/base/addr.h cli/config/hooks.h engine/crypto/password.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h cli/config/checks.h \
 cli/config/public_key.h
cli/config/access_words.h:
cli/config/row.h:
db/db.h:
parser/parser.h:
engine/base/addr.h:
cli/config/hooks.h:
engine/crypto/password.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
cli/config/checks.h:
cli/config/public_key.h:
