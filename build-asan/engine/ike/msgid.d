build-asan/engine/ike/msgid.o: engine/ike/msgid.c engine/ike/msgid.h
engine/ike/msgid.h:
