build-asan/engine/keeper/host_state.o: engine/keeper/host_state.c \
 engine/keeper/host_state.h engine/keeper/ledger.h
engine/keeper/host_state.h:
engine/keeper/ledger.h:
