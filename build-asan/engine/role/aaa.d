build-asan/engine/role/aaa.o: engine/role/aaa.c engine/role/aaa.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h engine/ipc/channel.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def \
 engine/aaa/aaa.h engine/base/env.h engine/role/env_uv.h
engine/role/aaa.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ipc/channel.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/aaa/aaa.h:
engine/base/env.h:
engine/role/env_uv.h:
