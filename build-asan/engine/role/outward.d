build-asan/engine/role/outward.o: engine/role/outward.c \
 engine/role/outward.h engine/base/trace_filter.h engine/base/trace.h \
 engine/base/env.h engine/base/addr.h engine/base/log.h \
 engine/base/log.def engine/role/engine.h engine/crypto/crypto.h \
 engine/crypto/algorithm.h engine/ipc/channel.h engine/ipc/message.h \
 engine/ipc/messages.def engine/role/env_uv.h engine/role/ike_socket.h \
 engine/session/gateway.h engine/config/config.h \
 engine/dataplane/dataplane.h engine/dataplane/records.h \
 engine/ipsec/sa.h engine/ppp/ppp.h engine/base/reason.h \
 engine/base/reason.def engine/base/clock.h
engine/role/outward.h:
engine/base/trace_filter.h:
engine/base/trace.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/log.h:
engine/base/log.def:
engine/role/engine.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ipc/channel.h:
engine/ipc/message.h:
engine/ipc/messages.def:
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
engine/base/clock.h:
