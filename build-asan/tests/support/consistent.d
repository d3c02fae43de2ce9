build-asan/tests/support/consistent.o: tests/support/consistent.c \
 tests/support/consistent.h engine/session/gateway.h \
 engine/config/config.h engine/base/addr.h engine/crypto/algorithm.h \
 engine/ipc/message.h engine/ipc/messages.def engine/crypto/crypto.h \
 engine/dataplane/dataplane.h engine/base/env.h \
 engine/dataplane/records.h engine/ipsec/sa.h engine/ppp/ppp.h \
 engine/base/reason.h engine/base/reason.def engine/base/trace.h \
 engine/base/log.h engine/base/log.def engine/ike/ike.h engine/ike/ops.h \
 engine/base/attempt.h engine/ike/qm.h engine/ike/dh_job.h \
 engine/base/shares.h engine/crypto/dh.h engine/ike/limits.h \
 engine/ike/payload.h engine/ike/isakmp.h engine/wire/wire.h \
 engine/ike/sa.h engine/ike/answered.h engine/ike/incoming.h \
 engine/ike/codec.h engine/ike/context.h engine/base/table.h \
 engine/ike/handshake.h engine/ike/keymat.h engine/ike/msgid.h \
 engine/ike/sa_table.h engine/l2tp/objects.h engine/l2tp/avp.h \
 engine/l2tp/header.h engine/l2tp/avp.def engine/l2tp/channel.h \
 engine/l2tp/l2tp.h engine/session/objects.h engine/ipsec/sa_trace.h \
 engine/net/pool.h engine/session/policy.h
tests/support/consistent.h:
engine/session/gateway.h:
engine/config/config.h:
engine/base/addr.h:
engine/crypto/algorithm.h:
engine/ipc/message.h:
engine/ipc/messages.def:
engine/crypto/crypto.h:
engine/dataplane/dataplane.h:
engine/base/env.h:
engine/dataplane/records.h:
engine/ipsec/sa.h:
engine/ppp/ppp.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
engine/ike/ike.h:
engine/ike/ops.h:
engine/base/attempt.h:
engine/ike/qm.h:
engine/ike/dh_job.h:
engine/base/shares.h:
engine/crypto/dh.h:
engine/ike/limits.h:
engine/ike/payload.h:
engine/ike/isakmp.h:
engine/wire/wire.h:
engine/ike/sa.h:
engine/ike/answered.h:
engine/ike/incoming.h:
engine/ike/codec.h:
engine/ike/context.h:
engine/base/table.h:
engine/ike/handshake.h:
engine/ike/keymat.h:
engine/ike/msgid.h:
engine/ike/sa_table.h:
engine/l2tp/objects.h:
engine/l2tp/avp.h:
engine/l2tp/header.h:
engine/l2tp/avp.def:
engine/l2tp/channel.h:
engine/l2tp/l2tp.h:
engine/session/objects.h:
engine/ipsec/sa_trace.h:
engine/net/pool.h:
engine/session/policy.h:
