build-asan/engine/role/engine.o: engine/role/engine.c \
 engine/role/engine.h engine/crypto/crypto.h engine/crypto/algorithm.h \
 engine/ipc/channel.h engine/ipc/message.h engine/base/addr.h \
 engine/ipc/messages.def engine/base/journal.h engine/role/outward.h \
 engine/base/trace_filter.h engine/base/trace.h engine/base/env.h \
 engine/base/log.h engine/base/log.def engine/role/env_uv.h \
 engine/role/ike_socket.h engine/session/gateway.h engine/config/config.h \
 engine/dataplane/dataplane.h engine/dataplane/records.h \
 engine/ipsec/sa.h engine/ppp/ppp.h engine/base/reason.h \
 engine/base/reason.def
engine/role/engine.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ipc/channel.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/base/journal.h:
engine/role/outward.h:
engine/base/trace_filter.h:
engine/base/trace.h:
engine/base/env.h:
engine/base/log.h:
engine/base/log.def:
engine/role/env_uv.h:
engine/role/ike_socket.h:
engine/session/gateway.h:
engine/config/config.h:
engine/dataplane/dataplane.h:
engine/dataplane/records.h:
engine/ipsec/sa.h:
engine/ppp/ppp.h:
engine/base/reason.h:
engine/base/reason.def:
