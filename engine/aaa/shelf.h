/*
 * Copies of the configuration's messages of one type, by their key, in the order in which they
 * came. A snapshot replaces them all.
 */
#ifndef GATEHOUSE_AAA_SHELF_H
#define GATEHOUSE_AAA_SHELF_H

#include "engine/ipc/shape.h"

struct aaa_shelf {
	enum msg_type type;
	void **item; /* each the struct of its message, which owns its texts; none is NULL */
	bool *stale; /* not named yet by the snapshot that is arriving */
	size_t n, size;
	bool snapshot;
};

/* A copy of `body` that owns its texts, of which an unset one is "". NULL: no memory. */
void *aaa_keep(enum msg_type, const void *body);
void aaa_keep_free(enum msg_type, void *kept); /* wipes secrets; NULL is allowed */

/* Takes a message of that type in, by its op. False: no memory. */
bool aaa_shelf_apply(struct aaa_shelf *, const void *body);
/* Where the one with that key stands, `n` when it is not there. */
size_t aaa_shelf_find(const struct aaa_shelf *, const void *key);
/* A snapshot begins; once it has ended, what it did not name is gone. */
void aaa_shelf_begin(struct aaa_shelf *);
void aaa_shelf_end(struct aaa_shelf *);
void aaa_shelf_fini(struct aaa_shelf *);

#endif
