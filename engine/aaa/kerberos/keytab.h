/* MIT's keytab file (version 5.2) in memory: the keys of our own services. Pure. */
#ifndef GATEHOUSE_AAA_KERBEROS_KEYTAB_H
#define GATEHOUSE_AAA_KERBEROS_KEYTAB_H

#include "engine/wire/wire.h"

#define KEYTAB_COMPONENTS 8

struct keytab_entry {
	struct rd realm, component[KEYTAB_COMPONENTS];
	size_t n;
	uint32_t version; /* kvno */
	uint16_t type;	  /* of the key */
	struct rd key;
};

/* A cursor over the entries. False when it is no such file. */
bool keytab_begin(const uint8_t *, size_t len, struct rd *);
/* The next entry; holes are passed over. False at the end, and (bad) where malformed. */
bool keytab_next(struct rd *, struct keytab_entry *);
/* The first entry of that realm. False: there is none. */
bool keytab_find(const uint8_t *, size_t len, const char *realm, struct keytab_entry *);

#endif
