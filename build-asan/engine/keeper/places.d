build-asan/engine/keeper/places.o: engine/keeper/places.c \
 engine/keeper/places.h engine/base/journal.h engine/keeper/identity.h \
 engine/ipc/message.h engine/base/addr.h engine/ipc/messages.def \
 engine/keeper/ledger.h
engine/keeper/places.h:
engine/base/journal.h:
engine/keeper/identity.h:
engine/ipc/message.h:
engine/base/addr.h:
engine/ipc/messages.def:
engine/keeper/ledger.h:
