build-asan/engine/ipsec/sa.o: engine/ipsec/sa.c engine/ipsec/sa.h \
 engine/crypto/algorithm.h engine/base/addr.h
engine/ipsec/sa.h:
engine/crypto/algorithm.h:
engine/base/addr.h:
