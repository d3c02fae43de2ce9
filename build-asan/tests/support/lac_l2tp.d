build-asan/tests/support/lac_l2tp.o: tests/support/lac_l2tp.c \
 tests/support/lac_inside.h engine/l2tp/avp.h engine/l2tp/header.h \
 engine/wire/wire.h engine/l2tp/avp.def engine/l2tp/channel.h \
 engine/base/env.h engine/base/addr.h engine/ppp/decode.h \
 engine/ppp/frame.h engine/ppp/fsm.h engine/ppp/method.h \
 engine/ppp/auth_packet.h engine/ppp/ppp.h engine/base/reason.h \
 engine/base/reason.def engine/base/trace.h engine/base/log.h \
 engine/base/log.def tests/support/lac.h engine/crypto/mschap.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h
tests/support/lac_inside.h:
engine/l2tp/avp.h:
engine/l2tp/header.h:
engine/wire/wire.h:
engine/l2tp/avp.def:
engine/l2tp/channel.h:
engine/base/env.h:
engine/base/addr.h:
engine/ppp/decode.h:
engine/ppp/frame.h:
engine/ppp/fsm.h:
engine/ppp/method.h:
engine/ppp/auth_packet.h:
engine/ppp/ppp.h:
engine/base/reason.h:
engine/base/reason.def:
engine/base/trace.h:
engine/base/log.h:
engine/base/log.def:
tests/support/lac.h:
engine/crypto/mschap.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
