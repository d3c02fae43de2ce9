build-asan/engine/keeper/nft_watch.o: engine/keeper/nft_watch.c \
 engine/keeper/nft_watch.h engine/keeper/nft.h engine/base/addr.h \
 engine/keeper/netlink_attr.h
engine/keeper/nft_watch.h:
engine/keeper/nft.h:
engine/base/addr.h:
engine/keeper/netlink_attr.h:
