build-asan/engine/keeper/nft.o: engine/keeper/nft.c engine/keeper/nft.h \
 engine/base/addr.h
engine/keeper/nft.h:
engine/base/addr.h:
