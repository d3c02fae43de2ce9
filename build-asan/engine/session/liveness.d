build-asan/engine/session/liveness.o: engine/session/liveness.c \
 engine/session/liveness.h engine/session/objects.h engine/ike/ike.h \
 engine/ike/ops.h engine/base/attempt.h engine/base/env.h \
 engine/base/addr.h engine/base/reason.h engine/base/reason.def \
 engine/base/trace.h engine/base/log.h engine/base/log.def \
 engine/config/config.h engine/crypto/algorithm.h engine/ipc/message.h \
 engine/ipc/messages.def engine/crypto/crypto.h engine/ipsec/sa.h \
 engine/ipsec/sa_trace.h engine/l2tp/l2tp.h engine/net/pool.h \
 engine/base/table.h engine/session/gateway.h \
 engine/dataplane/dataplane.h engine/dataplane/records.h engine/ppp/ppp.h \
 engine/session/policy.h engine/base/shares.h engine/session/peer.h
engine/session/liveness.h:
engine/session/objects.h:
engine/ike/ike.h:
engine/ike/ops.h:
engine/base/attempt.h:
engine/base/env.h:
engine/base/addr.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
engine/config/config.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/crypto/crypto.h:
engine/ipsec/sa.h:
engine/ipsec/sa_trace.h:
engine/l2tp/l2tp.h:
engine/net/pool.h:
engine/base/table.h:
engine/session/gateway.h:
engine/dataplane/dataplane.h:
engine/dataplane/records.h:
engine/ppp/ppp.h:
engine/session/policy.h:
engine/base/shares.h:
engine/session/peer.h:
