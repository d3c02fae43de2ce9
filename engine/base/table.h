/*
 * A table from a non-zero 32-bit number to a pointer: SPIs, ids, addresses.
 * Open addressing with linear probing; removal closes the gap, so there are no
 * tombstones and look-ups stay short for ever.
 */
#ifndef GATEHOUSE_TABLE_H
#define GATEHOUSE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table_slot {
	uint32_t key; /* 0 = free */
	void *value;
};

/* Zeroed memory is an empty table. */
struct table {
	struct table_slot *slot;
	size_t size; /* power of two, or 0 */
	size_t used;
};

/* False when the key is 0 or taken, or memory is short. */
bool table_add(struct table *, uint32_t key, void *value);
/* The value, or NULL. */
void *table_get(const struct table *, uint32_t key);
/* The value that was removed, or NULL. */
void *table_remove(struct table *, uint32_t key);
/* Iterates in no order: *at starts at 0; NULL ends. Nothing may be added or removed meanwhile. */
struct table_slot *table_next(const struct table *, size_t *at);
/* Frees the slots; the values are their owners'. */
void table_fini(struct table *);

#endif
