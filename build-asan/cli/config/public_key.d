build-asan/cli/config/public_key.o: cli/config/public_key.c \
 cli/config/public_key.h db/db.h parser/parser.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/crypto/base64.h engine/wire/wire.h
cli/config/public_key.h:
db/db.h:
parser/parser.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/crypto/base64.h:
engine/wire/wire.h:
