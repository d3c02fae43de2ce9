build-asan/engine/keeper/nat_hits.o: engine/keeper/nat_hits.c \
 engine/keeper/nat_hits.h engine/keeper/nft_watch.h engine/keeper/nft.h \
 engine/base/addr.h
engine/keeper/nat_hits.h:
engine/keeper/nft_watch.h:
engine/keeper/nft.h:
engine/base/addr.h:
