build-asan/engine/l2tp/avp.o: engine/l2tp/avp.c engine/l2tp/avp.h \
 engine/l2tp/header.h engine/wire/wire.h engine/l2tp/avp.def
engine/l2tp/avp.h:
engine/l2tp/header.h:
engine/wire/wire.h:
engine/l2tp/avp.def:
