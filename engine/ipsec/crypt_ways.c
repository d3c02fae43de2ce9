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

bool ways_have(const struct crypt_ways *w, enum crypt_way way, enum cipher c)
{
	return w->state[way] && (way_ops[way]->ciphers >> c & 1);
}

size_t ways_des_lanes(const struct crypt_ways *w, enum crypt_way way, bool encrypt)
{
	return way_ops[way]->des_lanes ? way_ops[way]->des_lanes(w->state[way], encrypt) : 0;
}

/* ---- keys -------------------------------------------------------------------- */

static bool takes_part(const struct crypt_ways *w, way_set set, enum crypt_way way)
{
	return w->state[way] && (set >> way & 1);
}

/* The way before this one that prepares keys likewise; CRYPT_MEASURED = none. */
static enum crypt_way sharer(const struct crypt_ways *w, way_set set, enum crypt_way way)
{
	for (enum crypt_way i = CRYPT_MEASURED + 1; i < way; i++)
		if (takes_part(w, set, i) && way_ops[i]->key == way_ops[way]->key)
			return i;
	return CRYPT_MEASURED;
}

static size_t part_size(enum crypt_way way)
{
	return (way_ops[way]->key->size + 63) / 64 * 64;
}

static struct crypt_key *key_room(const struct crypt_ways *w, way_set set)
{
	size_t size = sizeof(struct crypt_key);
	struct crypt_key *k;

	for (enum crypt_way way = CRYPT_MEASURED + 1; way < CRYPT_WAYS; way++)
		if (takes_part(w, set, way) && !sharer(w, set, way))
			size += part_size(way);
	k = aligned_alloc(64, size);
	if (!k)
		return NULL;
	memset(k, 0, size);
	k->size = size;
	return k;
}

static bool parts_init(const struct crypt_ways *w, way_set set, struct crypt_key *k,
    const uint8_t *enc, const uint8_t *auth)
{
	uint8_t *room = k->room;

	for (enum crypt_way way = CRYPT_MEASURED + 1; way < CRYPT_WAYS; way++) {
		enum crypt_way same = sharer(w, set, way);

		if (!takes_part(w, set, way))
			continue;
		k->part[way] = same ? k->part[same] : room;
		if (same)
			continue;
		room += part_size(way);
		if (!way_ops[way]->key->init(w->state[way], k, k->part[way], enc, auth))
			return false;
	}
	return true;
}

struct crypt_key *ways_key(const struct crypt_ways *w, way_set set, enum cipher cipher,
    enum hash hash, const uint8_t *enc, const uint8_t *auth, bool encrypt)
{
	struct crypt_key *k = key_room(w, set);

	if (!k)
		return NULL;
	k->cipher = cipher;
	k->hash = hash;
	k->encrypt = encrypt;
	k->iv = cipher == CIPHER_NULL ? 0 : cipher_info[cipher].block;
	k->icv = hash_info[hash].icv;
	if (parts_init(w, set, k, enc, auth))
		return k;
	crypt_key_destroy(k);
	return NULL;
}

/* Each part once: those that share one have the same pointer. */
void crypt_key_destroy(struct crypt_key *k)
{
	if (!k)
		return;
	for (enum crypt_way way = CRYPT_MEASURED + 1; way < CRYPT_WAYS; way++) {
		bool first = k->part[way] != NULL;

		for (enum crypt_way i = CRYPT_MEASURED + 1; i < way; i++)
			first = first && k->part[i] != k->part[way];
		if (first)
			way_ops[way]->key->fini(k->part[way]);
	}
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
