build-asan/cli/manager/host_keys.o: cli/manager/host_keys.c \
 cli/manager/host_keys.h engine/crypto/hostkey.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/base/journal.h
cli/manager/host_keys.h:
engine/crypto/hostkey.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/base/journal.h:
