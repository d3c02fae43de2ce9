/*
 * The OpenSSL back end: one packet after the other. Cipher contexts are made
 * once a key and only get a new IV for a packet; HMAC (RFC 2104) starts from
 * copies of the two hash states that already hold key and pad, which costs no
 * allocation where EVP_MAC would make several.
 */
#include <openssl/crypto.h>
#include <string.h>

#include "engine/ipsec/crypt_impl.h"

#define HASH_BLOCK_MAX 128
#define DIGEST_MAX 64

/* DES is 3DES with one key three times, and so needs no legacy provider. */
static const EVP_CIPHER *evp_of(enum cipher c)
{
	switch (c) {
	case CIPHER_DES:
	case CIPHER_3DES:
		return EVP_des_ede3_cbc();
	case CIPHER_AES128:
		return EVP_aes_128_cbc();
	case CIPHER_AES192:
		return EVP_aes_192_cbc();
	case CIPHER_AES256:
		return EVP_aes_256_cbc();
	default:
		return NULL;
	}
}

static bool cipher_init(struct crypt_key *k, const uint8_t *enc)
{
	const EVP_CIPHER *evp = evp_of(k->cipher);
	uint8_t des[24], iv[CRYPT_IV_MAX] = {0};
	bool ok;

	if (!evp)
		return true;
	if (k->cipher == CIPHER_DES)
		for (size_t i = 0; i < 3; i++)
			memcpy(des + 8 * i, enc, 8);
	k->openssl.ctx = EVP_CIPHER_CTX_new();
	ok = k->openssl.ctx &&
	    EVP_CipherInit_ex(k->openssl.ctx, evp, NULL, k->cipher == CIPHER_DES ? des : enc, iv,
	        k->encrypt) == 1 &&
	    EVP_CIPHER_CTX_set_padding(k->openssl.ctx, 0) == 1;
	OPENSSL_cleanse(des, sizeof des);
	return ok;
}

static void hash_start(enum hash h, union openssl_hash *s, const uint8_t *block)
{
	switch (h) {
	case HASH_MD5:
		MD5_Init(&s->md5);
		MD5_Update(&s->md5, block, 64);
		break;
	case HASH_SHA1:
		SHA1_Init(&s->sha1);
		SHA1_Update(&s->sha1, block, 64);
		break;
	case HASH_SHA256:
		SHA256_Init(&s->sha256);
		SHA256_Update(&s->sha256, block, 64);
		break;
	case HASH_SHA384:
		SHA384_Init(&s->sha512);
		SHA384_Update(&s->sha512, block, 128);
		break;
	case HASH_SHA512:
		SHA512_Init(&s->sha512);
		SHA512_Update(&s->sha512, block, 128);
		break;
	default:
		break;
	}
}

static void hmac_init(struct crypt_key *k, const uint8_t *auth)
{
	uint8_t block[HASH_BLOCK_MAX];
	size_t len = hash_info[k->hash].size;

	memset(block, 0x36, sizeof block);
	for (size_t i = 0; i < len; i++)
		block[i] ^= auth[i];
	hash_start(k->hash, &k->openssl.inner, block);
	for (size_t i = 0; i < sizeof block; i++)
		block[i] ^= 0x36 ^ 0x5c;
	hash_start(k->hash, &k->openssl.outer, block);
	OPENSSL_cleanse(block, sizeof block);
}

/* One function a hash, so that a packet costs one branch. */
#define HMAC(name, member, Update, Final, size) \
	static void name(const struct openssl_key *k, const uint8_t *msg, size_t len, \
	    uint8_t digest[DIGEST_MAX]) \
	{ \
		union openssl_hash s; \
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

static void hmac(const struct esp_job *j, uint8_t digest[DIGEST_MAX])
{
	const struct openssl_key *k = &j->key->openssl;

	switch (j->key->hash) {
	case HASH_MD5:
		hmac_md5(k, j->esp, j->len, digest);
		break;
	case HASH_SHA1:
		hmac_sha1(k, j->esp, j->len, digest);
		break;
	case HASH_SHA256:
		hmac_sha256(k, j->esp, j->len, digest);
		break;
	case HASH_SHA384:
		hmac_sha384(k, j->esp, j->len, digest);
		break;
	case HASH_SHA512:
		hmac_sha512(k, j->esp, j->len, digest);
		break;
	default:
		break;
	}
}

static void cipher_run(struct esp_job *j)
{
	int done;

	if (!j->key->openssl.ctx)
		return;
	EVP_CipherInit_ex(j->key->openssl.ctx, NULL, NULL, NULL, job_iv(j), -1);
	EVP_CipherUpdate(j->key->openssl.ctx, job_payload(j), &done, job_payload(j),
	    (int)job_payload_len(j));
}

bool openssl_key_init(struct crypt_key *k, const uint8_t *enc, const uint8_t *auth)
{
	hmac_init(k, auth);
	return cipher_init(k, enc);
}

void openssl_key_fini(struct crypt_key *k)
{
	EVP_CIPHER_CTX_free(k->openssl.ctx);
}

void openssl_run(struct esp_job *const *jobs, size_t n, bool encrypt)
{
	uint8_t digest[DIGEST_MAX];

	for (size_t i = 0; i < n; i++) {
		struct esp_job *j = jobs[i];

		if (encrypt) {
			cipher_run(j);
			hmac(j, digest);
			memcpy(job_icv(j), digest, j->key->icv);
			j->ok = true;
			continue;
		}
		hmac(j, digest);
		j->ok = CRYPTO_memcmp(digest, job_icv(j), j->key->icv) == 0;
		if (j->ok)
			cipher_run(j);
	}
}
