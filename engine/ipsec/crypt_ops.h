/*
 * What a back end is: a table of operations. The list of them is in crypt.h,
 * CRYPT_WAY_ROWS; a new one is a file with its table, and a row there.
 */
#ifndef GATEHOUSE_CRYPT_OPS_H
#define GATEHOUSE_CRYPT_OPS_H

#include "engine/ipsec/crypt_job.h"

/* Bytes of payload in which loads of DES are counted where it is blocks that fill lanes. */
#define CRYPT_DES_UNIT 64

/* What a way does with a key, a bit each. */
enum { KEY_CIPHER = 1, KEY_HASH = 2 };
typedef unsigned key_needs;

/* How a key is prepared. Ways that name the same one share what it made. */
struct crypt_key_ops {
	/* Of the part of a key whose cipher, hash and direction are set, in bytes. It is zeroed and
	 * aligned to CRYPT_PART_ALIGNED. */
	size_t (*size)(const struct crypt_key *, key_needs);
	/* `state` is the way's; `enc` and `auth` as in crypt_key_create(). False: out of memory. */
	bool (*init)(const void *state, const struct crypt_key *, key_needs, void *part,
	    const uint8_t *enc, const uint8_t *auth);
	void (*fini)(void *part); /* also of one whose init failed; the caller wipes the bytes */
};

/* Which part of its jobs' work a way is asked for. */
enum crypt_part { CRYPT_WHOLE, CRYPT_CIPHER, CRYPT_HASH, CRYPT_PARTS };

struct crypt_ops {
	uint32_t ciphers; /* a bit for each that it has; with CIPHER_NULL, all hashes */
	/* The way's state for one worker. NULL: out of memory, or not on this processor. */
	void *(*create)(const struct crypto *, enum crypt_way);
	void (*destroy)(void *state);
	/* Wipes what it has kept of keys, which go. NULL: nothing. */
	void (*forget)(void *state);
	const struct crypt_key_ops *key;
	/* Up to CRYPT_BATCH jobs; every one is done, and has its `ok` unless only its cipher was
	 * asked for, on return. */
	void (*run)(void *state, struct esp_job *const *, size_t n, bool encrypt, enum crypt_part);
	/* Of a way that has nothing but DES and 3DES: the packets of CRYPT_DES_UNIT bytes that cost
	 * what one of them does. NULL: a way that has everything. */
	size_t (*des_lanes)(const void *state, bool encrypt);
};

#define ROW(name, ops, text, group) extern const struct crypt_ops ops;
CRYPT_WAY_ROWS(ROW)
#undef ROW

#endif
