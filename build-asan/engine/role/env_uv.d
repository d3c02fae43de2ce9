build-asan/engine/role/env_uv.o: engine/role/env_uv.c \
 engine/role/env_uv.h engine/base/env.h engine/base/addr.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h engine/base/clock.h \
 engine/net/sock.h
engine/role/env_uv.h:
engine/base/env.h:
engine/base/addr.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/base/clock.h:
engine/net/sock.h:
