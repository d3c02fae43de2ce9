/* The OpenSSL back end: one packet after the other, with prepared keys (engine/crypto/keyed.h). */
#include <string.h>

#include "engine/crypto/keyed.h"
#include "engine/ipsec/crypt_ops.h"

struct openssl_key {
	struct cbc_key *cbc;   /* NULL for the NULL cipher */
	struct hmac_key *hmac; /* NULL without a hash */
};

static bool openssl_key_init(const void *state, const struct crypt_key *k, void *part,
    const uint8_t *enc, const uint8_t *auth)
{
	struct openssl_key *o = part;

	if (k->cipher != CIPHER_NULL)
		o->cbc = cbc_key_create(state, k->cipher, k->encrypt, enc);
	if (k->hash != HASH_NONE)
		o->hmac = hmac_key_create(k->hash, auth);
	return (k->cipher == CIPHER_NULL || o->cbc) && (k->hash == HASH_NONE || o->hmac);
}

static void openssl_key_fini(void *part)
{
	struct openssl_key *o = part;

	cbc_key_destroy(o->cbc);
	hmac_key_destroy(o->hmac);
}

static void cipher_run(struct esp_job *j, const struct openssl_key *k)
{
	if (k->cbc)
		cbc_key_run(k->cbc, job_iv(j), job_payload(j), job_payload_len(j));
}

static void hmac(const struct esp_job *j, const struct openssl_key *k,
    uint8_t digest[CRYPTO_HASH_MAX])
{
	if (k->hmac)
		hmac_key_run(k->hmac, j->esp, j->len, digest);
}

static void sign(struct esp_job *j, const struct openssl_key *k)
{
	uint8_t digest[CRYPTO_HASH_MAX];

	hmac(j, k, digest);
	memcpy(job_icv(j), digest, j->key->icv);
	j->ok = true;
}

static void verify(struct esp_job *j, const struct openssl_key *k)
{
	uint8_t digest[CRYPTO_HASH_MAX];

	hmac(j, k, digest);
	j->ok = job_icv_is(j, digest);
}

static void openssl_run(void *state, struct esp_job *const *jobs, size_t n, bool encrypt,
    enum crypt_part part)
{
	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct esp_job *j = jobs[i];
		const struct openssl_key *k = j->key->part[CRYPT_OPENSSL];

		if (!encrypt && part != CRYPT_CIPHER)
			verify(j, k);
		if (part == CRYPT_CIPHER || (part == CRYPT_WHOLE && (encrypt || j->ok)))
			cipher_run(j, k);
		if (encrypt && part != CRYPT_CIPHER)
			sign(j, k);
	}
}

/* Its state is the library itself, which is somebody else's. */
static void *openssl_create(const struct crypto *crypto, enum crypt_way way)
{
	(void)way;
	return (void *)(uintptr_t)crypto;
}

static void openssl_destroy(void *state)
{
	(void)state;
}

static const struct crypt_key_ops openssl_key_ops = {
	.size = sizeof(struct openssl_key),
	.init = openssl_key_init,
	.fini = openssl_key_fini,
};

const struct crypt_ops crypt_openssl = {
	.ciphers = UINT32_MAX,
	.create = openssl_create,
	.destroy = openssl_destroy,
	.key = &openssl_key_ops,
	.run = openssl_run,
};
