build-asan/engine/keeper/ledger.o: engine/keeper/ledger.c \
 engine/keeper/ledger.h
engine/keeper/ledger.h:
