/*
 * Contexts that keep their key; see keyed.h. A cipher context only gets a new IV
 * for a packet. HMAC starts from copies of two hash states, which costs no
 * allocation where EVP_MAC would make several.
 */
#include "engine/crypto/keyed.h"

#include <stdlib.h>
#include <string.h>

#include "engine/crypto/hash_state.h"
#include "engine/crypto/internal.h"

/* ---- CBC ------------------------------------------------------------------------- */

struct cbc_key {
	EVP_CIPHER_CTX *ctx;
};

struct cbc_key *cbc_key_create(const struct crypto *c, enum cipher cipher, bool encrypt,
    const uint8_t *key)
{
	struct cbc_key *k = calloc(1, sizeof *k);

	if (k && !(k->ctx = cipher_context(c, cipher, encrypt, key))) {
		free(k);
		k = NULL;
	}
	return k;
}

void cbc_key_destroy(struct cbc_key *k)
{
	if (k)
		EVP_CIPHER_CTX_free(k->ctx);
	free(k);
}

void cbc_key_run(struct cbc_key *k, const uint8_t *iv, uint8_t *buf, size_t len)
{
	int done;

	EVP_CipherInit_ex2(k->ctx, NULL, NULL, iv, -1, NULL);
	EVP_CipherUpdate(k->ctx, buf, &done, buf, (int)len);
}

/* ---- HMAC ------------------------------------------------------------------------ */

typedef void hmac_run(const struct hmac_key *, const uint8_t *msg, size_t len, uint8_t *digest);

struct hmac_key {
	hmac_run *run; /* the one function of its hash: a packet costs one jump */
	union hash_state inner, outer;
};

#define HMAC(name, member, Update, Final, size) \
	static void name(const struct hmac_key *k, const uint8_t *msg, size_t len, \
	    uint8_t *digest) \
	{ \
		union hash_state s; \
\
		s.member = k->inner.member; \
		Update(&s.member, msg, len); \
		Final(digest, &s.member); \
		s.member = k->outer.member; \
		Update(&s.member, digest, size); \
		Final(digest, &s.member); \
	}
HMAC(hmac_md5, md5, MD5_Update, MD5_Final, 16)
HMAC(hmac_sha1, sha1, SHA1_Update, SHA1_Final, 20)
HMAC(hmac_sha256, sha256, SHA256_Update, SHA256_Final, 32)
HMAC(hmac_sha384, sha512, SHA384_Update, SHA384_Final, 48)
HMAC(hmac_sha512, sha512, SHA512_Update, SHA512_Final, 64)

struct hmac_key *hmac_key_create(enum hash h, const uint8_t *key)
{
	static hmac_run *const run[HASH_COUNT] = {
	    [HASH_MD5] = hmac_md5,
	    [HASH_SHA1] = hmac_sha1,
	    [HASH_SHA256] = hmac_sha256,
	    [HASH_SHA384] = hmac_sha384,
	    [HASH_SHA512] = hmac_sha512,
	};
	struct hmac_key *k = run[h] ? calloc(1, sizeof *k) : NULL;

	if (!k)
		return NULL;
	k->run = run[h];
	(void)hash_keyed(h, &k->inner, &k->outer, key, hash_info[h].size);
	return k;
}

void hmac_key_destroy(struct hmac_key *k)
{
	if (k)
		crypto_wipe(k, sizeof *k);
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
