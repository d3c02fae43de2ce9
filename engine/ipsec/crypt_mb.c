/*
 * The libipsec-mb back end: the packets of a batch side by side in the lanes
 * of vector registers. Every batch is complete when its run() returns: nothing
 * is held back to fill lanes with packets that may never come.
 */
#define NO_COMPAT_IMB_API_053 /* its old short names collide with OpenSSL's */
#include <intel-ipsec-mb.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ipsec/crypt_ops.h"

/*
 * A key's part: | inner | outer | schedule of this direction |, the first two the hash's states
 * after key and pad. The library reads these by the vector.
 */
static size_t hash_room(enum hash h)
{
	return h == HASH_NONE ? 0 : h == HASH_SHA384 || h == HASH_SHA512 ? 64 : 32;
}

static const uint8_t *outer_of(const struct crypt_key *k, const void *part)
{
	return (const uint8_t *)part + hash_room(k->hash);
}

static const void *schedule_of(const struct crypt_key *k, const void *part)
{
	return outer_of(k, part) + hash_room(k->hash);
}

#define BURST 64 /* jobs of one call: enough for all lanes, and they stay in the nearest cache */

_Static_assert(BURST <= IMB_MAX_BURST_SIZE, "one call takes them");

/* A way's state: the library's manager of its lanes, and the jobs of a call as it wants them. */
struct mb {
	enum crypt_way way;
	IMB_MGR *mgr;
	struct esp_job *of[BURST]; /* whose these are */
	IMB_JOB burst[BURST];
	uint8_t tag[BURST][64]; /* computed ICVs */
};

static const IMB_HASH_ALG mb_hash[HASH_COUNT] = {
    [HASH_NONE] = IMB_AUTH_NULL,
    [HASH_MD5] = IMB_AUTH_MD5,
    [HASH_SHA1] = IMB_AUTH_HMAC_SHA_1,
    [HASH_SHA256] = IMB_AUTH_HMAC_SHA_256,
    [HASH_SHA384] = IMB_AUTH_HMAC_SHA_384,
    [HASH_SHA512] = IMB_AUTH_HMAC_SHA_512,
};

/* Each way, what the processor must have for it, how it is set up. */
static const struct {
	uint64_t needs;
	void (*init)(IMB_MGR *);
} mb_way[CRYPT_WAYS] = {
    [CRYPT_MB_SSE] = {IMB_CPUFLAGS_SSE, init_mb_mgr_sse},
    [CRYPT_MB_AVX] = {IMB_CPUFLAGS_AVX, init_mb_mgr_avx},
    [CRYPT_MB_AVX2] = {IMB_CPUFLAGS_AVX2, init_mb_mgr_avx2},
    [CRYPT_MB_AVX512] = {IMB_CPUFLAGS_AVX512, init_mb_mgr_avx512},
};

static void mb_destroy(void *state)
{
	struct mb *mb = state;

	if (mb->mgr)
		free_mb_mgr(mb->mgr);
	free(mb);
}

static void *mb_create(const struct crypto *crypto, enum crypt_way way)
{
	struct mb *mb = calloc(1, sizeof *mb);

	(void)crypto;
	if (!mb)
		return NULL;
	mb->way = way;
	mb->mgr = alloc_mb_mgr(0);
	if (mb->mgr && (mb->mgr->features & mb_way[way].needs) == mb_way[way].needs) {
		mb_way[way].init(mb->mgr);
		if (imb_get_errno(mb->mgr) == 0)
			return mb;
	}
	mb_destroy(mb);
	return NULL;
}

static void one_block(const struct mb *mb, enum hash h, const uint8_t *block, void *state)
{
	switch (h) {
	case HASH_MD5:
		IMB_MD5_ONE_BLOCK(mb->mgr, block, state);
		break;
	case HASH_SHA1:
		IMB_SHA1_ONE_BLOCK(mb->mgr, block, state);
		break;
	case HASH_SHA256:
		IMB_SHA256_ONE_BLOCK(mb->mgr, block, state);
		break;
	case HASH_SHA384:
		IMB_SHA384_ONE_BLOCK(mb->mgr, block, state);
		break;
	case HASH_SHA512:
		IMB_SHA512_ONE_BLOCK(mb->mgr, block, state);
		break;
	default:
		break;
	}
}

static void hmac_key(const struct mb *mb, enum hash h, uint8_t *to, const uint8_t *auth)
{
	_Alignas(16) uint64_t state[8] = {0};
	uint8_t block[128];

	memset(block, 0x36, sizeof block);
	for (size_t i = 0; i < hash_info[h].size; i++)
		block[i] ^= auth[i];
	one_block(mb, h, block, state);
	memcpy(to, state, hash_room(h));
	for (size_t i = 0; i < sizeof block; i++)
		block[i] ^= 0x36 ^ 0x5c;
	one_block(mb, h, block, state);
	memcpy(to + hash_room(h), state, hash_room(h));
	crypto_wipe(block, sizeof block);
	crypto_wipe(state, sizeof state);
}

static void aes_key(const struct mb *mb, const struct crypt_key *k, void *to, const uint8_t *enc)
{
	_Alignas(16) uint32_t other[60];
	void *e = k->encrypt ? to : other, *d = k->encrypt ? other : to;

	if (k->cipher == CIPHER_AES128)
		IMB_AES_KEYEXP_128(mb->mgr, enc, e, d);
	else if (k->cipher == CIPHER_AES192)
		IMB_AES_KEYEXP_192(mb->mgr, enc, e, d);
	else
		IMB_AES_KEYEXP_256(mb->mgr, enc, e, d);
	crypto_wipe(other, sizeof other);
}

static size_t mb_key_size(const struct crypt_key *k, key_needs needs)
{
	static const size_t schedule[CIPHER_COUNT] = {
	    /* A block for each round, and one more; its SSE code reads the block behind those. */
	    [CIPHER_AES128] = 12 * 16,
	    [CIPHER_AES192] = 14 * 16,
	    [CIPHER_AES256] = 16 * 16,
	};

	return 2 * hash_room(k->hash) + (needs & KEY_CIPHER ? schedule[k->cipher] : 0);
}

static bool mb_key_init(const void *state, const struct crypt_key *k, key_needs needs, void *part,
    const uint8_t *enc, const uint8_t *auth)
{
	if (needs & KEY_HASH && k->hash != HASH_NONE)
		hmac_key(state, k->hash, part, auth);
	if (needs & KEY_CIPHER && k->cipher >= CIPHER_AES128)
		aes_key(state, k, (uint8_t *)part + 2 * hash_room(k->hash), enc);
	return true;
}

static void mb_key_fini(void *part)
{
	(void)part;
}

/* ---- ciphers ------------------------------------------------------------------- */

static void fill_cipher(IMB_JOB *to, struct esp_job *j, const void *part)
{
	to->enc_keys = to->dec_keys = schedule_of(j->key, part);
	to->src = j->esp;
	to->dst = job_payload(j);
	to->iv = job_iv(j);
	to->iv_len_in_bytes = j->key->iv;
	to->cipher_start_src_offset_in_bytes = ESP_HEADER + j->key->iv;
	to->msg_len_to_cipher_in_bytes = job_payload_len(j);
}

/* The library has all that is asked of it, or packets would leave in the clear. */
static void all_done(uint32_t done, uint32_t n)
{
	if (done != n)
		abort();
}

/* All jobs of one cipher, of which deciphering leaves out those that are not authentic. */
static void cipher_bursts(struct mb *mb, enum cipher c, struct esp_job *const *jobs, size_t n,
    bool encrypt)
{
	IMB_CIPHER_DIRECTION direction = encrypt ? IMB_DIR_ENCRYPT : IMB_DIR_DECRYPT;
	uint32_t got = 0;

	for (size_t i = 0; i < n; i++) {
		struct esp_job *j = jobs[i];

		if (j->key->cipher == c && (encrypt || j->ok))
			fill_cipher(&mb->burst[got++], j, key_part(j->key, mb->way));
		if (got && (got == BURST || i + 1 == n)) {
			all_done(IMB_SUBMIT_CIPHER_BURST_NOCHECK(mb->mgr, mb->burst, got,
			    IMB_CIPHER_CBC, direction, cipher_info[c].key), got);
			got = 0;
		}
	}
}

/* ---- hashes -------------------------------------------------------------------- */

static void fill_hash(IMB_JOB *to, const struct esp_job *j, const void *part, uint8_t *tag)
{
	to->src = j->esp;
	to->hash_start_src_offset_in_bytes = 0;
	to->msg_len_to_hash_in_bytes = j->len;
	to->auth_tag_output = tag;
	to->auth_tag_output_len_in_bytes = hash_info[j->key->hash].icv;
	to->u.HMAC._hashed_auth_key_xor_ipad = part;
	to->u.HMAC._hashed_auth_key_xor_opad = outer_of(j->key, part);
}

/* Of MD5 the library takes no bursts, only one job after the other. */
static void md5_jobs(struct mb *mb, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		IMB_JOB *to = IMB_GET_NEXT_JOB(mb->mgr);

		*to = mb->burst[i];
		to->cipher_mode = IMB_CIPHER_NULL;
		to->cipher_direction = IMB_DIR_ENCRYPT;
		to->chain_order = IMB_ORDER_HASH_CIPHER;
		to->hash_alg = IMB_AUTH_MD5;
		IMB_SUBMIT_JOB_NOCHECK(mb->mgr);
	}
	while (IMB_FLUSH_JOB(mb->mgr))
		;
}

/* An ICV is computed beside the packet: of a key that is cut there is no room for a whole one. */
static void hash_burst(struct mb *mb, enum hash h, uint32_t n, bool encrypt)
{
	if (h == HASH_MD5)
		md5_jobs(mb, n);
	else
		all_done(IMB_SUBMIT_HASH_BURST_NOCHECK(mb->mgr, mb->burst, n, mb_hash[h]), n);
	for (uint32_t i = 0; i < n; i++) {
		struct esp_job *j = mb->of[i];

		if (encrypt)
			memcpy(job_icv(j), mb->tag[i], j->key->icv);
		j->ok = encrypt || job_icv_is(j, mb->tag[i]);
	}
}

static void hash_bursts(struct mb *mb, enum hash h, struct esp_job *const *jobs, size_t n,
    bool encrypt)
{
	uint32_t got = 0;

	for (size_t i = 0; i < n; i++) {
		struct esp_job *j = jobs[i];

		if (j->key->hash == h) {
			mb->of[got] = j;
			fill_hash(&mb->burst[got], j, key_part(j->key, mb->way), mb->tag[got]);
			got++;
		}
		if (got && (got == BURST || i + 1 == n)) {
			hash_burst(mb, h, got, encrypt);
			got = 0;
		}
	}
}

/* ---- a batch ------------------------------------------------------------------- */

static void run_ciphers(struct mb *mb, struct esp_job *const *jobs, size_t n, bool encrypt)
{
	uint32_t there = 0;

	for (size_t i = 0; i < n; i++)
		there |= 1u << jobs[i]->key->cipher;
	for (enum cipher c = CIPHER_AES128; c < CIPHER_COUNT; c++)
		if (there >> c & 1)
			cipher_bursts(mb, c, jobs, n, encrypt);
}

static void run_hashes(struct mb *mb, struct esp_job *const *jobs, size_t n, bool encrypt)
{
	uint32_t there = 0;

	for (size_t i = 0; i < n; i++) {
		there |= 1u << jobs[i]->key->hash;
		jobs[i]->ok = true;
	}
	for (enum hash h = HASH_MD5; h < HASH_COUNT; h++)
		if (there >> h & 1)
			hash_bursts(mb, h, jobs, n, encrypt);
}

static void mb_run(void *state, struct esp_job *const *jobs, size_t n, bool encrypt,
    enum crypt_part part)
{
	if (encrypt && part != CRYPT_HASH)
		run_ciphers(state, jobs, n, true);
	if (part != CRYPT_CIPHER)
		run_hashes(state, jobs, n, encrypt);
	if (!encrypt && part != CRYPT_HASH)
		run_ciphers(state, jobs, n, false);
}

/* The schedules are the same, whichever registers will work with them. */
static const struct crypt_key_ops mb_key_ops = {
	.size = mb_key_size,
	.init = mb_key_init,
	.fini = mb_key_fini,
};

#define MB(name) \
	const struct crypt_ops name = { \
	    .ciphers = 1u << CIPHER_NULL | 1u << CIPHER_AES128 | 1u << CIPHER_AES192 | \
	        1u << CIPHER_AES256, \
	    .create = mb_create, .destroy = mb_destroy, .key = &mb_key_ops, .run = mb_run}
MB(crypt_mb_sse);
MB(crypt_mb_avx);
MB(crypt_mb_avx2);
MB(crypt_mb_avx512);
