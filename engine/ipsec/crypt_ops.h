/*
 * What a back end is: a table of operations. The list of them is in crypt.h,
 * CRYPT_WAY_ROWS; a new one is a file with its table, and a row there.
 */
#ifndef GATEHOUSE_CRYPT_OPS_H
#define GATEHOUSE_CRYPT_OPS_H

#include "engine/ipsec/crypt_job.h"

/* How a key is prepared. Ways that name the same one share what it made. */
struct crypt_key_ops {
	size_t size; /* of the part, which is zeroed and stands on a cache line of its own */
	/* `state` is the way's; `enc` and `auth` as in crypt_key_create(). False: out of memory. */
	bool (*init)(const void *state, const struct crypt_key *, void *part, const uint8_t *enc,
	    const uint8_t *auth);
	void (*fini)(void *part); /* also of one whose init failed; the caller wipes the bytes */
};

struct crypt_ops {
	/* The way's state for one worker. NULL: out of memory, or not on this processor. */
	void *(*create)(const struct crypto *, enum crypt_way);
	void (*destroy)(void *state);
	const struct crypt_key_ops *key;
	/* Up to CRYPT_BATCH jobs; every one is done, and has its `ok`, on return. */
	void (*run)(void *state, struct esp_job *const *, size_t n, bool encrypt);
};

#define ROW(name, ops, text, group) extern const struct crypt_ops ops;
CRYPT_WAY_ROWS(ROW)
#undef ROW

#endif
