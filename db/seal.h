/* See seal.c. */
#ifndef GATEHOUSE_DB_SEAL_H
#define GATEHOUSE_DB_SEAL_H

#include "db/internal.h"

/* With the key there: ready to seal and unseal; and done with it, the key wiped. */
bool seal_start(struct db *);
void seal_stop(struct db *);
/* Sealed bytes of `text` into `out` (length + SEAL_OVERHEAD); their number. */
size_t seal(struct db *, const char *text, size_t len, unsigned char *out);
/* The text (NUL-terminated) into `out` (at least `len`); false when it was not sealed here. */
bool unseal(struct db *, const void *in, size_t len, char *out);

#endif
