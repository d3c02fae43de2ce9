build-asan/tests/support/config.o: tests/support/config.c \
 tests/support/config.h parser/text.h parser/parser.h db/db.h \
 cli/config/hooks.h engine/crypto/password.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h tests/support/one_crypto.h
tests/support/config.h:
parser/text.h:
parser/parser.h:
db/db.h:
cli/config/hooks.h:
engine/crypto/password.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
tests/support/one_crypto.h:
