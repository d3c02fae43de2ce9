/* The ways that one worker uses, and the keys that fit them; only crypt_*.c include it. */
#ifndef GATEHOUSE_CRYPT_WAYS_H
#define GATEHOUSE_CRYPT_WAYS_H

#include "engine/ipsec/crypt_ops.h"

struct crypt_ways {
	void *state[CRYPT_WAYS]; /* NULL where not used */
};

/* False: out of memory, or this processor cannot. */
bool ways_add(struct crypt_ways *, const struct crypto *, enum crypt_way);
/* Of each group the last that works. */
void ways_add_best(struct crypt_ways *, const struct crypto *);
void ways_drop(struct crypt_ways *, enum crypt_way);
void ways_run(struct crypt_ways *, enum crypt_way, struct esp_job *const *, size_t n, bool encrypt,
    enum crypt_part);
/* Is it there, and has it this cipher? */
bool ways_have(const struct crypt_ways *, enum crypt_way, enum cipher);
/* See des_lanes of struct crypt_ops; 0: not one of those. */
size_t ways_des_lanes(const struct crypt_ways *, enum crypt_way, bool encrypt);
/* See `forget` of struct crypt_ops. */
void ways_forget(struct crypt_ways *);
/* A set of ways, a bit each. */
typedef uint32_t way_set;
/* Who may be asked for what with a key. */
struct key_ways {
	way_set cipher, hash;
};
/* A key that those of the two sets that are in use are prepared for; see crypt_key_create(). */
struct crypt_key *ways_key(const struct crypt_ways *, const struct key_ways *, enum cipher,
    enum hash, const uint8_t *enc, const uint8_t *auth, bool encrypt);

#endif
