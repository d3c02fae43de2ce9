/* The OpenSSL back end: one packet after the other, with prepared keys (engine/crypto/keyed.h). */
#include <string.h>

#include "engine/ipsec/crypt_impl.h"

static void cipher_run(struct esp_job *j)
{
	if (j->key->openssl.cbc)
		cbc_key_run(j->key->openssl.cbc, job_iv(j), job_payload(j), job_payload_len(j));
}

static void hmac(const struct esp_job *j, uint8_t digest[CRYPTO_HASH_MAX])
{
	if (j->key->openssl.hmac)
		hmac_key_run(j->key->openssl.hmac, j->esp, j->len, digest);
}

bool openssl_key_init(const struct crypto *crypto, struct crypt_key *k, const uint8_t *enc,
    const uint8_t *auth)
{
	if (k->cipher != CIPHER_NULL)
		k->openssl.cbc = cbc_key_create(crypto, k->cipher, k->encrypt, enc);
	if (k->hash != HASH_NONE)
		k->openssl.hmac = hmac_key_create(k->hash, auth);
	return (k->cipher == CIPHER_NULL || k->openssl.cbc) && (k->hash == HASH_NONE || k->openssl.hmac);
}

void openssl_key_fini(struct crypt_key *k)
{
	cbc_key_destroy(k->openssl.cbc);
	hmac_key_destroy(k->openssl.hmac);
}

void openssl_run(struct esp_job *const *jobs, size_t n, bool encrypt)
{
	uint8_t digest[CRYPTO_HASH_MAX];

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
		j->ok = crypto_equal(digest, job_icv(j), j->key->icv);
		if (j->ok)
			cipher_run(j);
	}
}
