/*
 * The OpenSSL back end: one packet after the other. Its contexts are large, so a worker has one of
 * each cipher and direction, for all keys in turn (engine/crypto/keyed.h): it is asked when there
 * are few packets, and where there is but one client the key is the same.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/crypto/keyed.h"
#include "engine/ipsec/crypt_ops.h"

/* A way's state; NULL where the library lacks the cipher. */
struct openssl {
	struct cbc *cbc[CIPHER_COUNT][2];
};

struct openssl_key {
	struct hmac_key *hmac; /* NULL without a hash */
	uint8_t key[];	       /* of the cipher */
};

static size_t openssl_key_size(const struct crypt_key *k, key_needs needs)
{
	return sizeof(struct openssl_key) + (needs & KEY_CIPHER ? cipher_info[k->cipher].key : 0u);
}

static bool openssl_key_init(const void *state, const struct crypt_key *k, key_needs needs,
    void *part, const uint8_t *enc, const uint8_t *auth)
{
	const struct openssl *openssl = state;
	struct openssl_key *o = part;
	bool ciphers = needs & KEY_CIPHER && k->cipher != CIPHER_NULL;

	if (needs & KEY_HASH && k->hash != HASH_NONE && !(o->hmac = hmac_key_create(k->hash, auth)))
		return false;
	if (ciphers)
		memcpy(o->key, enc, cipher_info[k->cipher].key);
	return !ciphers || openssl->cbc[k->cipher][k->encrypt];
}

static void openssl_key_fini(void *part)
{
	struct openssl_key *o = part;

	hmac_key_destroy(o->hmac);
}

/* Garbage that the other end drops is the worst that a failure of the library comes to. */
static void cipher_run(const struct openssl *o, struct esp_job *j, const struct openssl_key *k)
{
	const struct crypt_key *key = j->key;

	if (key->cipher != CIPHER_NULL &&
	    !cbc_run(o->cbc[key->cipher][key->encrypt], k->key, job_iv(j), job_payload(j),
		job_payload_len(j)))
		j->ok = false;
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
	for (size_t i = 0; i < n; i++) {
		struct esp_job *j = jobs[i];
		const struct openssl_key *k = key_part(j->key, CRYPT_OPENSSL);

		if (!encrypt && part != CRYPT_CIPHER)
			verify(j, k);
		if (part == CRYPT_CIPHER || (part == CRYPT_WHOLE && (encrypt || j->ok)))
			cipher_run(state, j, k);
		if (encrypt && part != CRYPT_CIPHER)
			sign(j, k);
	}
}

static void openssl_destroy(void *state)
{
	struct openssl *o = state;

	for (enum cipher c = CIPHER_DES; c < CIPHER_COUNT; c++)
		for (int encrypt = 0; encrypt < 2; encrypt++)
			cbc_destroy(o->cbc[c][encrypt]);
	free(o);
}

static void *openssl_create(const struct crypto *crypto, enum crypt_way way)
{
	struct openssl *o = calloc(1, sizeof *o);
	bool ok = o != NULL;

	(void)way;
	for (enum cipher c = CIPHER_DES; ok && c < CIPHER_COUNT; c++)
		for (int encrypt = 0; ok && encrypt < 2; encrypt++)
			ok = (o->cbc[c][encrypt] = cbc_create(crypto, c, encrypt)) != NULL;
	if (ok)
		return o;
	if (o)
		openssl_destroy(o);
	return NULL;
}

static void openssl_forget(void *state)
{
	struct openssl *o = state;

	for (enum cipher c = CIPHER_DES; c < CIPHER_COUNT; c++)
		for (int encrypt = 0; encrypt < 2; encrypt++)
			cbc_forget(o->cbc[c][encrypt]);
}

static const struct crypt_key_ops openssl_key_ops = {
	.size = openssl_key_size,
	.init = openssl_key_init,
	.fini = openssl_key_fini,
};

const struct crypt_ops crypt_openssl = {
	.ciphers = UINT32_MAX,
	.create = openssl_create,
	.destroy = openssl_destroy,
	.forget = openssl_forget,
	.key = &openssl_key_ops,
	.run = openssl_run,
};
