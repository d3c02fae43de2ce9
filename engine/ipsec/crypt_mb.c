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

/* The key schedule of this direction, the hash states after key and pad. */
struct mb_key {
	union {
		_Alignas(16) uint32_t aes[60];
		uint64_t des[3][16];
	};
	const void *des_part[3];
	uint64_t inner[8], outer[8];
};

/* A way's state: the library's manager of its lanes. */
struct mb {
	enum crypt_way way;
	IMB_MGR *mgr;
	uint8_t tag[CRYPT_BATCH][64]; /* computed ICVs of a batch */
};

static const IMB_CIPHER_MODE mb_mode[CIPHER_COUNT] = {
    [CIPHER_NULL] = IMB_CIPHER_NULL,
    [CIPHER_DES] = IMB_CIPHER_DES,
    [CIPHER_3DES] = IMB_CIPHER_DES3,
    [CIPHER_AES128] = IMB_CIPHER_CBC,
    [CIPHER_AES192] = IMB_CIPHER_CBC,
    [CIPHER_AES256] = IMB_CIPHER_CBC,
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

static void hmac_key(const struct mb *mb, enum hash h, struct mb_key *to, const uint8_t *auth)
{
	uint8_t block[128];

	memset(block, 0x36, sizeof block);
	for (size_t i = 0; i < hash_info[h].size; i++)
		block[i] ^= auth[i];
	one_block(mb, h, block, to->inner);
	for (size_t i = 0; i < sizeof block; i++)
		block[i] ^= 0x36 ^ 0x5c;
	one_block(mb, h, block, to->outer);
	crypto_wipe(block, sizeof block);
}

static void aes_key(const struct mb *mb, const struct crypt_key *k, struct mb_key *to,
    const uint8_t *enc)
{
	_Alignas(16) uint32_t other[60];
	void *e = k->encrypt ? to->aes : other, *d = k->encrypt ? other : to->aes;

	if (k->cipher == CIPHER_AES128)
		IMB_AES_KEYEXP_128(mb->mgr, enc, e, d);
	else if (k->cipher == CIPHER_AES192)
		IMB_AES_KEYEXP_192(mb->mgr, enc, e, d);
	else
		IMB_AES_KEYEXP_256(mb->mgr, enc, e, d);
	crypto_wipe(other, sizeof other);
}

static void des_key(const struct mb *mb, const struct crypt_key *k, struct mb_key *to,
    const uint8_t *enc)
{
	for (size_t i = 0; i < cipher_info[k->cipher].key / 8u; i++) {
		IMB_DES_KEYSCHED(mb->mgr, to->des[i], enc + 8 * i);
		to->des_part[i] = to->des[i];
	}
}

static bool mb_key_init(const void *state, const struct crypt_key *k, void *part,
    const uint8_t *enc, const uint8_t *auth)
{
	if (k->hash != HASH_NONE)
		hmac_key(state, k->hash, part, auth);
	if (k->cipher == CIPHER_DES || k->cipher == CIPHER_3DES)
		des_key(state, k, part, enc);
	else if (k->cipher != CIPHER_NULL)
		aes_key(state, k, part, enc);
	return true;
}

static void mb_key_fini(void *part)
{
	(void)part;
}

static void fill(IMB_JOB *to, struct esp_job *j, const struct mb_key *m, uint8_t *tag, bool encrypt,
    enum crypt_part part)
{
	const struct crypt_key *k = j->key;
	const void *key = k->cipher == CIPHER_3DES ? (const void *)m->des_part : m->aes;

	to->cipher_mode = mb_mode[part == CRYPT_HASH ? CIPHER_NULL : k->cipher];
	to->cipher_direction = encrypt ? IMB_DIR_ENCRYPT : IMB_DIR_DECRYPT;
	to->chain_order = encrypt ? IMB_ORDER_CIPHER_HASH : IMB_ORDER_HASH_CIPHER;
	to->enc_keys = to->dec_keys = key;
	to->key_len_in_bytes = cipher_info[k->cipher].key;
	to->src = j->esp;
	to->dst = job_payload(j);
	to->iv = job_iv(j);
	to->iv_len_in_bytes = k->iv;
	to->cipher_start_src_offset_in_bytes = ESP_HEADER + k->iv;
	to->msg_len_to_cipher_in_bytes = job_payload_len(j);
	to->hash_alg = mb_hash[part == CRYPT_CIPHER ? HASH_NONE : k->hash];
	to->hash_start_src_offset_in_bytes = 0;
	to->msg_len_to_hash_in_bytes = j->len;
	to->auth_tag_output = tag;
	to->auth_tag_output_len_in_bytes = hash_info[k->hash].icv;
	to->u.HMAC._hashed_auth_key_xor_ipad = (const uint8_t *)m->inner;
	to->u.HMAC._hashed_auth_key_xor_opad = (const uint8_t *)m->outer;
	to->user_data = j;
}

static void done(IMB_JOB *j)
{
	struct esp_job *job = j->user_data;

	job->ok = j->status == IMB_STATUS_COMPLETED;
}

/* The library writes an ICV as long as its algorithm has it; of a key that is cut there is no room
 * for that behind the packet. */
static bool whole(const struct esp_job *j)
{
	return j->key->icv == hash_info[j->key->hash].icv;
}

/* The computed ICVs: into packets for which the library was given another place, or compared. */
static void tags(const struct mb *mb, struct esp_job *const *jobs, size_t n, bool encrypt)
{
	for (size_t i = 0; i < n; i++) {
		if (encrypt && !whole(jobs[i]))
			memcpy(job_icv(jobs[i]), mb->tag[i], jobs[i]->key->icv);
		else if (!encrypt && !job_icv_is(jobs[i], mb->tag[i]))
			jobs[i]->ok = false;
	}
}

static void mb_run(void *state, struct esp_job *const *jobs, size_t n, bool encrypt,
    enum crypt_part part)
{
	struct mb *mb = state;
	IMB_JOB *j;

	for (size_t i = 0; i < n; i++) {
		fill(IMB_GET_NEXT_JOB(mb->mgr), jobs[i], jobs[i]->key->part[mb->way],
		    encrypt && whole(jobs[i]) ? job_icv(jobs[i]) : mb->tag[i], encrypt,
		    part);
		if ((j = IMB_SUBMIT_JOB_NOCHECK(mb->mgr)))
			done(j);
	}
	while ((j = IMB_FLUSH_JOB(mb->mgr)))
		done(j);
	if (part != CRYPT_CIPHER)
		tags(mb, jobs, n, encrypt);
}

/* The schedules are the same, whichever registers will work with them. */
static const struct crypt_key_ops mb_key_ops = {
	.size = sizeof(struct mb_key),
	.init = mb_key_init,
	.fini = mb_key_fini,
};

#define MB(name) \
	const struct crypt_ops name = { \
	    .create = mb_create, .destroy = mb_destroy, .key = &mb_key_ops, .run = mb_run}
MB(crypt_mb_sse);
MB(crypt_mb_avx);
MB(crypt_mb_avx2);
MB(crypt_mb_avx512);
