/*
 * The algorithms, fetched once from a private library context so that nothing
 * of the process' default context (and no openssl.cnf) has a say. See crypto.h.
 */
#include "engine/crypto/internal.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

static const char *const hash_name[HASH_COUNT] = {
	[HASH_MD5] = "MD5",
	[HASH_SHA1] = "SHA1",
	[HASH_SHA256] = "SHA2-256",
	[HASH_SHA384] = "SHA2-384",
	[HASH_SHA512] = "SHA2-512",
};

static const char *const cipher_name[CIPHER_COUNT] = {
	[CIPHER_DES] = "DES-CBC",
	[CIPHER_3DES] = "DES-EDE3-CBC",
	[CIPHER_AES128] = "AES-128-CBC",
	[CIPHER_AES192] = "AES-192-CBC",
	[CIPHER_AES256] = "AES-256-CBC",
};

/* A MAC context with the digest set: copying it is cheaper than naming the digest again. */
static EVP_MAC_CTX *hmac_template(EVP_MAC *mac, const char *digest)
{
	char name[16];
	OSSL_PARAM params[2];
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);

	strncpy(name, digest, sizeof name - 1);
	name[sizeof name - 1] = '\0';
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
	params[1] = OSSL_PARAM_construct_end();
	if (ctx && !EVP_MAC_CTX_set_params(ctx, params)) {
		EVP_MAC_CTX_free(ctx);
		ctx = NULL;
	}
	return ctx;
}

struct crypto *crypto_preload(void)
{
	struct crypto *c;

	/* Else the first use of the default context reads openssl.cnf, wherever that happens. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	c = calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->lib = OSSL_LIB_CTX_new();
	if (!c->lib) {
		free(c);
		return NULL;
	}
	c->legacy = OSSL_PROVIDER_load(c->lib, "legacy");
	return c;
}

struct crypto *crypto_create(void)
{
	struct crypto *c = crypto_preload();

	if (!c)
		return NULL;
	c->def = OSSL_PROVIDER_load(c->lib, "default");
	c->mac = EVP_MAC_fetch(c->lib, "HMAC", NULL);
	if (!c->def || !c->mac)
		goto fail;
	for (enum hash h = 0; h < HASH_COUNT; h++) {
		if (!hash_name[h])
			continue;
		c->md[h] = EVP_MD_fetch(c->lib, hash_name[h], NULL);
		c->hmac[h] = hmac_template(c->mac, hash_name[h]);
	}
	for (enum cipher k = 0; k < CIPHER_COUNT; k++)
		if (cipher_name[k])
			c->cipher[k] = EVP_CIPHER_fetch(c->lib, cipher_name[k], NULL);
	c->md4 = EVP_MD_fetch(c->lib, "MD4", NULL);
	if (!dh_setup(c))
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
	for (enum hash h = 0; h < HASH_COUNT; h++) {
		EVP_MD_free(c->md[h]);
		EVP_MAC_CTX_free(c->hmac[h]);
	}
	for (enum cipher k = 0; k < CIPHER_COUNT; k++)
		EVP_CIPHER_free(c->cipher[k]);
	EVP_MD_free(c->md4);
	EVP_MAC_free(c->mac);
	if (c->legacy)
		OSSL_PROVIDER_unload(c->legacy);
	if (c->def)
		OSSL_PROVIDER_unload(c->def);
	OSSL_LIB_CTX_free(c->lib);
	free(c);
}

static bool digest(const EVP_MD *md, const struct chunk *part, size_t n, uint8_t *out)
{
	EVP_MD_CTX *ctx = md ? EVP_MD_CTX_new() : NULL;
	bool ok = ctx && EVP_DigestInit_ex2(ctx, md, NULL);

	for (size_t i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(ctx, part[i].p, part[i].len);
	ok = ok && EVP_DigestFinal_ex(ctx, out, NULL);
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool crypto_hash(const struct crypto *c, enum hash h, const struct chunk *part, size_t n,
    uint8_t *out)
{
	if (digest(c->md[h], part, n, out))
		return true;
	memset(out, 0, hash_info[h].size);
	return false;
}

bool crypto_hmac(const struct crypto *c, enum hash h, struct chunk key, const struct chunk *part,
    size_t n, uint8_t *out)
{
	static const uint8_t none;
	EVP_MAC_CTX *ctx = c->hmac[h] ? EVP_MAC_CTX_dup(c->hmac[h]) : NULL;
	size_t len = 0;
	bool ok = ctx && EVP_MAC_init(ctx, key.p ? key.p : &none, key.len, NULL);

	for (size_t i = 0; ok && i < n; i++)
		ok = EVP_MAC_update(ctx, part[i].p, part[i].len);
	ok = ok && EVP_MAC_final(ctx, out, &len, hash_info[h].size);
	EVP_MAC_CTX_free(ctx);
	if (!ok)
		memset(out, 0, hash_info[h].size);
	return ok;
}

bool crypto_cbc(const struct crypto *c, enum cipher k, bool encrypt, const uint8_t *key,
    const uint8_t *iv, uint8_t *buf, size_t len)
{
	EVP_CIPHER_CTX *ctx = c->cipher[k] && len <= INT32_MAX ? EVP_CIPHER_CTX_new() : NULL;
	int n = 0;
	bool ok;

	ok = ctx && EVP_CipherInit_ex2(ctx, c->cipher[k], key, iv, encrypt, NULL) &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) && EVP_CipherUpdate(ctx, buf, &n, buf, (int)len) &&
	    (size_t)n == len;
	EVP_CIPHER_CTX_free(ctx);
	if (!ok)
		memset(buf, 0, len);
	return ok;
}

bool crypto_md4(const struct crypto *c, const void *p, size_t len, uint8_t out[16])
{
	struct chunk part = {p, len};

	if (digest(c->md4, &part, 1, out))
		return true;
	memset(out, 0, 16);
	return false;
}

bool crypto_des_block(const struct crypto *c, const uint8_t key[8], const uint8_t in[8],
    uint8_t out[8])
{
	static const uint8_t zero_iv[8];

	/* One block of CBC with a zero IV is ECB. */
	memcpy(out, in, 8);
	return crypto_cbc(c, CIPHER_DES, true, key, zero_iv, out, 8);
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

void crypto_wipe(void *p, size_t len)
{
	OPENSSL_cleanse(p, len);
}
