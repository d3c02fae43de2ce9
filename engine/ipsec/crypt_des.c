/*
 * The back ends of engine/des: ciphers only, of DES and 3DES. A hash is computed by whoever is
 * fastest at that, and has verified a packet before it comes here.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/des/des.h"
#include "engine/ipsec/crypt_ops.h"

/* A way's state. */
struct des {
	enum crypt_way way;
	const struct des_way *technique;
	bool used; /* keys and plain text are in its room */
	struct des_job job[CRYPT_BATCH];
	_Alignas(64) uint8_t room[];
};

_Static_assert(CRYPT_BATCH <= DES_JOBS, "a batch is one call");

static const struct des_way *const techniques[CRYPT_WAYS] = {
    [CRYPT_DES_BITS128] = &des_bits128,
    [CRYPT_DES_BITS256] = &des_bits256,
    [CRYPT_DES_BITS256_VL] = &des_bits256_vl,
    [CRYPT_DES_BITS512] = &des_bits512,
    [CRYPT_DES_BYTES16_SSE] = &des_bytes16_sse,
    [CRYPT_DES_BYTES16] = &des_bytes16_avx2,
    [CRYPT_DES_BYTES32] = &des_bytes32,
    [CRYPT_DES_BYTES64] = &des_bytes64,
};

static size_t state_size(const struct des_way *technique)
{
	return (sizeof(struct des) + technique->scratch + 63) / 64 * 64;
}

static void *des_create(const struct crypto *crypto, enum crypt_way way)
{
	const struct des_way *technique = techniques[way];
	struct des *d;

	(void)crypto;
	if (!technique->works())
		return NULL;
	d = aligned_alloc(64, state_size(technique));
	if (!d)
		return NULL;
	memset(d, 0, state_size(technique));
	d->way = way;
	d->technique = technique;
	technique->prepare(d->room);
	return d;
}

static void des_destroy(void *state)
{
	struct des *d = state;

	crypto_wipe(d, state_size(d->technique));
	free(d);
}

/* Its tables, which cost more than a batch, stay. */
static void des_forget(void *state)
{
	struct des *d = state;

	if (!d->used)
		return;
	crypto_wipe(d->room + d->technique->secret, d->technique->secrets);
	crypto_wipe(d->job, sizeof d->job);
	d->used = false;
}

static size_t des_part_size(const struct crypt_key *k, key_needs needs)
{
	(void)k;
	return needs & KEY_CIPHER ? sizeof(struct des_key) : 0;
}

static bool des_part_init(const void *state, const struct crypt_key *k, key_needs needs,
    void *part, const uint8_t *enc, const uint8_t *auth)
{
	(void)state;
	(void)auth;
	if (needs & KEY_CIPHER && (k->cipher == CIPHER_DES || k->cipher == CIPHER_3DES))
		des_key_init(part, enc, cipher_info[k->cipher].key);
	return true;
}

static void des_part_fini(void *part)
{
	(void)part;
}

static void des_run(void *state, struct esp_job *const *jobs, size_t n, bool encrypt,
    enum crypt_part part)
{
	struct des *d = state;

	(void)part;
	d->used = true;
	for (size_t i = 0; i < n; i++)
		d->job[i] = (struct des_job){.key = key_part(jobs[i]->key, d->way),
		    .iv = job_iv(jobs[i]), .data = job_payload(jobs[i]),
		    .len = job_payload_len(jobs[i])};
	if (encrypt)
		d->technique->encrypt(d->room, d->job, n);
	else
		d->technique->decrypt(d->room, d->job, n);
}

static size_t des_lanes(const void *state, bool encrypt)
{
	const struct des *d = state;
	size_t blocks = d->technique->lanes;

	if (encrypt)
		return blocks;
	return blocks < CRYPT_DES_UNIT / DES_BLOCK ? 1 : blocks / (CRYPT_DES_UNIT / DES_BLOCK);
}

/* One preparation for all techniques. */
static const struct crypt_key_ops des_key_ops = {
	.size = des_part_size,
	.init = des_part_init,
	.fini = des_part_fini,
};

#define DES(name) \
	const struct crypt_ops name = {.ciphers = 1u << CIPHER_DES | 1u << CIPHER_3DES, \
	    .create = des_create, .destroy = des_destroy, .forget = des_forget, \
	    .key = &des_key_ops, .run = des_run, .des_lanes = des_lanes}
DES(crypt_des_bits128);
DES(crypt_des_bits256);
DES(crypt_des_bits256_vl);
DES(crypt_des_bits512);
DES(crypt_des_bytes16_sse);
DES(crypt_des_bytes16);
DES(crypt_des_bytes32);
DES(crypt_des_bytes64);
