/*
 * What many objects have alike (the policy that they live by, the name of a group) kept once: it
 * stands in memory as long as anybody holds it, and nobody changes it. Identity: what it says.
 */
#ifndef GATEHOUSE_INTERNED_H
#define GATEHOUSE_INTERNED_H

#include "engine/base/chains.h"

struct interned {
	struct chains chains; /* by a hash of what is said */
	uint64_t seed;
};

/* `seed`, random, keeps strangers from choosing what falls into one chain. False: out of memory. */
bool interned_init(struct interned *, uint64_t seed);
/* Everybody has dropped his. */
void interned_fini(struct interned *);
/* The one copy of this text; held until it is dropped as often as it was asked for. NULL: out of
 * memory. */
const char *intern_text(struct interned *, const char *);
/* The same of an object without vectors: `equal` compares two of them, `key` is equal of those that
 * are. All objects of one table are of one kind. */
const void *intern_object(struct interned *, const char *key, const void *, size_t len,
    bool (*equal)(const void *, const void *));
/* NULL is allowed. The last one wipes it. */
void intern_drop(struct interned *, const void *);

#endif
