/*
 * The algorithms, fetched once from a private library context so that nothing
 * of the process' default context (and no openssl.cnf) has a say. See crypto.h.
 */
#include "engine/crypto/internal.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

const char *const crypto_hash_name[HASH_COUNT] = {
	[HASH_MD5] = "MD5",
	[HASH_SHA1] = "SHA1",
	[HASH_SHA256] = "SHA2-256",
	[HASH_SHA384] = "SHA2-384",
	[HASH_SHA512] = "SHA2-512",
};

static const char *const cipher_name[CIPHER_COUNT] = {
	[CIPHER_DES] = "DES-EDE3-CBC",
	[CIPHER_3DES] = "DES-EDE3-CBC",
	[CIPHER_AES128] = "AES-128-CBC",
	[CIPHER_AES192] = "AES-192-CBC",
	[CIPHER_AES256] = "AES-256-CBC",
};

struct crypto *crypto_create(void)
{
	struct crypto *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	/* Else the first use of the default context reads openssl.cnf, wherever that happens. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	c->lib = OSSL_LIB_CTX_new();
	if (!c->lib)
		goto fail;
	c->legacy = OSSL_PROVIDER_load(c->lib, "legacy");
	c->def = OSSL_PROVIDER_load(c->lib, "default");
	c->pbkdf2 = EVP_KDF_fetch(c->lib, "PBKDF2", NULL);
	if (!c->def || !c->pbkdf2)
		goto fail;
	for (enum cipher k = 0; k < CIPHER_COUNT; k++)
		if (cipher_name[k])
			c->cipher[k] = EVP_CIPHER_fetch(c->lib, cipher_name[k], NULL);
	c->ctr = EVP_CIPHER_fetch(c->lib, "AES-128-CTR", NULL);
	c->md4 = EVP_MD_fetch(c->lib, "MD4", NULL);
	if (!c->ctr || !dh_setup(c))
		goto fail;
	return c;
fail:
	crypto_destroy(c);
	return NULL;
}

void crypto_destroy(struct crypto *c)
{
	if (!c)
		return;
	dh_teardown(c);
	for (enum cipher k = 0; k < CIPHER_COUNT; k++)
		EVP_CIPHER_free(c->cipher[k]);
	EVP_CIPHER_free(c->ctr);
	EVP_MD_free(c->md4);
	EVP_KDF_free(c->pbkdf2);
	if (c->legacy)
		OSSL_PROVIDER_unload(c->legacy);
	if (c->def)
		OSSL_PROVIDER_unload(c->def);
	OSSL_LIB_CTX_free(c->lib);
	free(c);
}

bool crypto_random(const struct crypto *c, void *to, size_t len)
{
	return RAND_bytes_ex(c->lib, to, len, 0) == 1;
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

void crypto_wipe(void *p, size_t len)
{
	OPENSSL_cleanse(p, len);
}
