build-asan/cli/config/password.o: cli/config/password.c \
 cli/config/hooks.h db/db.h parser/parser.h engine/crypto/password.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h
cli/config/hooks.h:
db/db.h:
parser/parser.h:
engine/crypto/password.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
