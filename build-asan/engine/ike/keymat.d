build-asan/engine/ike/keymat.o: engine/ike/keymat.c engine/ike/keymat.h \
 engine/crypto/crypto.h engine/crypto/algorithm.h engine/ike/isakmp.h \
 engine/ipsec/sa.h engine/base/addr.h
engine/ike/keymat.h:
engine/crypto/crypto.h:
engine/crypto/algorithm.h:
engine/ike/isakmp.h:
engine/ipsec/sa.h:
engine/base/addr.h:
