/* Hashes and what is built of them: HMAC (RFC 2104), PBKDF2 (RFC 8018 5.2). See crypto.h. */
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <string.h>

#include "engine/crypto/internal.h"

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

bool crypto_md4(const struct crypto *c, const void *p, size_t len, uint8_t out[16])
{
	struct chunk part = {p, len};

	if (digest(c->md4, &part, 1, out))
		return true;
	memset(out, 0, 16);
	return false;
}

bool crypto_pbkdf2(const struct crypto *c, enum hash h, const char *password, struct chunk salt,
    unsigned rounds, uint8_t *out, size_t len)
{
	/* The parameters are only read, though their type does not say so. */
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(
		OSSL_KDF_PARAM_DIGEST, (char *)(uintptr_t)crypto_hash_name[h], 0),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_PASSWORD, (void *)(uintptr_t)password, strlen(password)),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)salt.p, salt.len),
	    OSSL_PARAM_construct_uint(OSSL_KDF_PARAM_ITER, &rounds),
	    OSSL_PARAM_construct_end(),
	};
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(c->pbkdf2);
	bool ok = ctx && EVP_KDF_derive(ctx, out, len, params) == 1;

	EVP_KDF_CTX_free(ctx);
	if (!ok)
		memset(out, 0, len);
	return ok;
}
