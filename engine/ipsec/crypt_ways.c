/*
 * The ways of one worker: a state for each that it uses, and the keys that are
 * prepared for all of these; see crypt_ways.h.
 */
#include "engine/ipsec/crypt_ways.h"

#include <stdlib.h>
#include <string.h>

const char *const crypt_way_name[CRYPT_WAYS] = {
    [CRYPT_MEASURED] = "measured",
#define ROW(name, ops, text, group) [name] = text,
    CRYPT_WAY_ROWS(ROW)
#undef ROW
};

static const struct crypt_ops *const way_ops[CRYPT_WAYS] = {
#define ROW(name, ops, text, group) [name] = &ops,
    CRYPT_WAY_ROWS(ROW)
#undef ROW
};

/* Of each of these, one way is enough. */
enum group {
	CRYPT_PLAIN,
	CRYPT_NARROW,
	CRYPT_WIDE,
	CRYPT_BITS_FULL,
	CRYPT_BITS,
	CRYPT_BYTES_FEW,
	CRYPT_BYTES,
	GROUPS
};

static const enum group way_group[CRYPT_WAYS] = {
#define ROW(name, ops, text, group) [name] = group,
    CRYPT_WAY_ROWS(ROW)
#undef ROW
};

/* ---- states ------------------------------------------------------------------ */

bool ways_add(struct crypt_ways *w, const struct crypto *crypto, enum crypt_way way)
{
	if (!w->state[way])
		w->state[way] = way_ops[way]->create(crypto, way);
	return w->state[way] != NULL;
}

void ways_add_best(struct crypt_ways *w, const struct crypto *crypto)
{
	bool have[GROUPS] = {false};

	for (enum crypt_way way = CRYPT_WAYS - 1; way > CRYPT_MEASURED; way--)
		if (!have[way_group[way]])
			have[way_group[way]] = ways_add(w, crypto, way);
}

void ways_drop(struct crypt_ways *w, enum crypt_way way)
{
	if (w->state[way])
		way_ops[way]->destroy(w->state[way]);
	w->state[way] = NULL;
}

void ways_run(struct crypt_ways *w, enum crypt_way way, struct esp_job *const *jobs, size_t n,
    bool encrypt, enum crypt_part part)
{
	way_ops[way]->run(w->state[way], jobs, n, encrypt, part);
}

void ways_forget(struct crypt_ways *w)
{
	for (enum crypt_way way = CRYPT_MEASURED + 1; way < CRYPT_WAYS; way++)
		if (w->state[way] && way_ops[way]->forget)
			way_ops[way]->forget(w->state[way]);
}

bool ways_have(const struct crypt_ways *w, enum crypt_way way, enum cipher c)
{
	return w->state[way] && (way_ops[way]->ciphers >> c & 1);
}

size_t ways_des_lanes(const struct crypt_ways *w, enum crypt_way way, bool encrypt)
{
	return way_ops[way]->des_lanes ? way_ops[way]->des_lanes(w->state[way], encrypt) : 0;
}

/* ---- keys -------------------------------------------------------------------- */

static key_needs needs_of(const struct crypt_ways *w, const struct key_ways *set,
    enum crypt_way way)
{
	if (!w->state[way])
		return 0;
	return (set->cipher >> way & 1 ? KEY_CIPHER : 0u) | (set->hash >> way & 1 ? KEY_HASH : 0u);
}

/* The way before this one that prepares keys likewise; CRYPT_MEASURED = none. */
static enum crypt_way sharer(const struct crypt_key *k, enum crypt_way way)
{
	for (enum crypt_way i = CRYPT_MEASURED + 1; i < way; i++)
		if (k->at[i] && way_ops[i]->key == way_ops[way]->key)
			return i;
	return CRYPT_MEASURED;
}

/* Of this way and those that share its part. */
static key_needs shared_needs(const struct crypt_ways *w, const struct key_ways *set,
    enum crypt_way way)
{
	key_needs all = 0;

	for (enum crypt_way i = CRYPT_MEASURED + 1; i < CRYPT_WAYS; i++)
		if (way_ops[i]->key == way_ops[way]->key)
			all |= needs_of(w, set, i);
	return all;
}

/* Where each part stands; the size of all. */
static size_t lay_out(const struct crypt_ways *w, const struct key_ways *set, struct crypt_key *k)
{
	size_t size = sizeof *k;

	for (enum crypt_way way = CRYPT_MEASURED + 1; way < CRYPT_WAYS; way++) {
		enum crypt_way same = sharer(k, way);

		if (!needs_of(w, set, way))
			continue;
		k->at[way] = same ? k->at[same] : (uint16_t)size;
		if (!same)
			size += (way_ops[way]->key->size(k, shared_needs(w, set, way)) +
				    CRYPT_PART_ALIGNED - 1) /
				CRYPT_PART_ALIGNED * CRYPT_PART_ALIGNED;
	}
	return size;
}

static bool parts_init(const struct crypt_ways *w, const struct key_ways *set,
    struct crypt_key *k, const uint8_t *enc, const uint8_t *auth)
{
	for (enum crypt_way way = CRYPT_MEASURED + 1; way < CRYPT_WAYS; way++)
		if (k->at[way] && !sharer(k, way) &&
		    !way_ops[way]->key->init(w->state[way], k, shared_needs(w, set, way),
			(uint8_t *)k + k->at[way], enc, auth))
			return false;
	return true;
}

struct crypt_key *ways_key(const struct crypt_ways *w, const struct key_ways *set,
    enum cipher cipher, enum hash hash, const uint8_t *enc, const uint8_t *auth, bool encrypt)
{
	struct crypt_key is = {.cipher = cipher,
	    .hash = hash,
	    .encrypt = encrypt,
	    .iv = cipher == CIPHER_NULL ? 0 : cipher_info[cipher].block,
	    .icv = hash_info[hash].icv};
	size_t size = lay_out(w, set, &is);
	struct crypt_key *k = aligned_alloc(CRYPT_PART_ALIGNED, size);

	if (!k)
		return NULL;
	memset(k, 0, size);
	*k = is;
	k->size = (uint16_t)size;
	if (parts_init(w, set, k, enc, auth))
		return k;
	crypt_key_destroy(k);
	return NULL;
}

void crypt_key_destroy(struct crypt_key *k)
{
	if (!k)
		return;
	for (enum crypt_way way = CRYPT_MEASURED + 1; way < CRYPT_WAYS; way++)
		if (k->at[way] && !sharer(k, way))
			way_ops[way]->key->fini((uint8_t *)k + k->at[way]);
	crypto_wipe(k, k->size);
	free(k);
}

enum cipher crypt_key_cipher(const struct crypt_key *k)
{
	return k->cipher;
}

enum hash crypt_key_hash(const struct crypt_key *k)
{
	return k->hash;
}

size_t crypt_key_icv(const struct crypt_key *k)
{
	return k->icv;
}

void crypt_key_cut(struct crypt_key *k, uint8_t icv)
{
	k->icv = icv;
}
