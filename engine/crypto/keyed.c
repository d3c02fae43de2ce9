/*
 * Contexts that keep their key; see keyed.h. A cipher context only gets a new IV
 * for a packet. HMAC starts from copies of two hash states, which costs no
 * allocation where EVP_MAC would make several; there is such a pair for each
 * key, so it is no longer than it has to be.
 */
#include "engine/crypto/keyed.h"

#include <stdlib.h>
#include <string.h>

#include "engine/crypto/hash_state.h"
#include "engine/crypto/internal.h"

/* ---- CBC ------------------------------------------------------------------------- */

struct cbc {
	EVP_CIPHER_CTX *ctx;
	enum cipher cipher;
	bool keyed;
	uint8_t key[CRYPTO_KEY_MAX]; /* that it has */
};

struct cbc *cbc_create(const struct crypto *c, enum cipher cipher, bool encrypt)
{
	struct cbc *k = calloc(1, sizeof *k);

	if (!k)
		return NULL;
	k->cipher = cipher;
	k->ctx = cipher_context(c, cipher, encrypt, k->key);
	if (k->ctx)
		return k;
	free(k);
	return NULL;
}

void cbc_destroy(struct cbc *k)
{
	if (!k)
		return;
	EVP_CIPHER_CTX_free(k->ctx);
	crypto_wipe(k, sizeof *k);
	free(k);
}

/* The library has DES as 3DES with three times the same key. */
static bool take_key(struct cbc *k, const uint8_t *key, const uint8_t *iv)
{
	size_t len = cipher_info[k->cipher].key;
	uint8_t des[24];
	bool ok;

	for (size_t i = 0; k->cipher == CIPHER_DES && i < 3; i++)
		memcpy(des + 8 * i, key, 8);
	ok = EVP_CipherInit_ex2(
		 k->ctx, NULL, k->cipher == CIPHER_DES ? des : key, iv, -1, NULL) == 1;
	crypto_wipe(des, sizeof des);
	if (ok)
		memcpy(k->key, key, len);
	k->keyed = ok;
	return ok;
}

bool cbc_run(struct cbc *k, const uint8_t *key, const uint8_t *iv, uint8_t *buf, size_t len)
{
	bool same = k->keyed && crypto_equal(k->key, key, cipher_info[k->cipher].key);
	int done;

	if ((same ? EVP_CipherInit_ex2(k->ctx, NULL, NULL, iv, -1, NULL) == 1 :
		    take_key(k, key, iv)) &&
	    EVP_CipherUpdate(k->ctx, buf, &done, buf, (int)len) == 1)
		return true;
	memset(buf, 0, len);
	return false;
}

void cbc_forget(struct cbc *k)
{
	static const uint8_t zero[CRYPTO_KEY_MAX];

	if (!k || !k->keyed)
		return;
	take_key(k, zero, zero);
	k->keyed = false;
}

/* ---- HMAC ------------------------------------------------------------------------ */

typedef void hmac_run(const struct hmac_key *, const uint8_t *msg, size_t len, uint8_t *digest);

struct hmac_key {
	hmac_run *run; /* the one function of its hash: a packet costs one jump */
	size_t size;   /* of all this */
	/* What the inner hash hands to the block behind key and pad, then what the outer one does.
	 * The rest of a context is the same for all keys. */
	uint8_t chain[];
};

/* In every context of the library the chained state comes first; Nl counts bits. */
#define RESUME(NAME, context, chained, state, block) \
	NAME##_Init(context); \
	memcpy(context, chained, state); \
	(context)->Nl = 8 * block;

/* A hash: its context; bytes of its state, block and digest. */
#define HASHES(X) \
	X(MD5, MD5_CTX, 16, 64, 16) \
	X(SHA1, SHA_CTX, 20, 64, 20) \
	X(SHA256, SHA256_CTX, 32, 64, 32) \
	X(SHA384, SHA512_CTX, 64, 128, 48) \
	X(SHA512, SHA512_CTX, 64, 128, 64)

#define ROW(NAME, ctx, state, block, size) \
	static void run_##NAME(const struct hmac_key *k, const uint8_t *msg, size_t len, \
	    uint8_t *digest) \
	{ \
		ctx c; \
\
		RESUME(NAME, &c, k->chain, state, block) \
		NAME##_Update(&c, msg, len); \
		NAME##_Final(digest, &c); \
		RESUME(NAME, &c, k->chain + state, state, block) \
		NAME##_Update(&c, digest, size); \
		NAME##_Final(digest, &c); \
	}
HASHES(ROW)
#undef ROW

struct hmac_key *hmac_key_create(enum hash h, const uint8_t *key)
{
	static const struct {
		hmac_run *run;
		uint16_t state;
	} hashes[HASH_COUNT] = {
#define ROW(NAME, ctx, state, block, size) [HASH_##NAME] = {run_##NAME, state},
	    HASHES(ROW)
#undef ROW
	};
	uint16_t state = hashes[h].state;
	size_t size = sizeof(struct hmac_key) + 2u * state;
	struct hmac_key *k = state ? calloc(1, size) : NULL;
	union hash_state inner, outer;

	if (!k)
		return NULL;
	k->run = hashes[h].run;
	k->size = size;
	(void)hash_keyed(h, &inner, &outer, key, hash_info[h].size);
	memcpy(k->chain, &inner, state);
	memcpy(k->chain + state, &outer, state);
	crypto_wipe(&inner, sizeof inner);
	crypto_wipe(&outer, sizeof outer);
	return k;
}

void hmac_key_destroy(struct hmac_key *k)
{
	if (k)
		crypto_wipe(k, k->size);
	free(k);
}

void hmac_key_run(const struct hmac_key *k, const uint8_t *msg, size_t len,
    uint8_t digest[CRYPTO_HASH_MAX])
{
	k->run(k, msg, len, digest);
}

/* ---- a stream of bytes ------------------------------------------------------------- */

struct stream_key {
	EVP_CIPHER_CTX *ctx;
};

struct stream_key *stream_key_create(const struct crypto *c, const uint8_t seed[16])
{
	static const uint8_t zero[16];
	struct stream_key *k = calloc(1, sizeof *k);

	if (!k)
		return NULL;
	k->ctx = EVP_CIPHER_CTX_new();
	if (k->ctx && EVP_EncryptInit_ex2(k->ctx, c->ctr, seed, zero, NULL) == 1)
		return k;
	stream_key_destroy(k);
	return NULL;
}

void stream_key_destroy(struct stream_key *k)
{
	if (k)
		EVP_CIPHER_CTX_free(k->ctx);
	free(k);
}

void stream_key_run(struct stream_key *k, uint8_t *to, size_t len)
{
	int done;

	memset(to, 0, len);
	EVP_EncryptUpdate(k->ctx, to, &done, to, (int)len);
}
