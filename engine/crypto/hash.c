/* Hashes and what is built of them: HMAC (RFC 2104), PBKDF2 (RFC 8018 5.2). See crypto.h. */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <string.h>

#include "engine/crypto/hash_state.h"
#include "engine/crypto/internal.h"

bool crypto_hash(const struct crypto *c, enum hash h, const struct chunk *part, size_t n,
    uint8_t *out)
{
	union hash_state s;

	(void)c;
	if (!hash_begin(h, &s))
		return false;
	for (size_t i = 0; i < n; i++)
		hash_add(h, &s, part[i].p, part[i].len);
	hash_end(h, &s, out);
	return true;
}

bool crypto_hmac(const struct crypto *c, enum hash h, struct chunk key, const struct chunk *part,
    size_t n, uint8_t *out)
{
	union hash_state inner, outer;

	(void)c;
	if (!hash_keyed(h, &inner, &outer, key.p, key.len))
		return false;
	for (size_t i = 0; i < n; i++)
		hash_add(h, &inner, part[i].p, part[i].len);
	hash_end(h, &inner, out);
	hash_add(h, &outer, out, hash_info[h].size);
	hash_end(h, &outer, out);
	OPENSSL_cleanse(&inner, sizeof inner);
	OPENSSL_cleanse(&outer, sizeof outer);
	return true;
}

bool crypto_md4(const struct crypto *c, const void *p, size_t len, uint8_t out[16])
{
	EVP_MD_CTX *ctx = c->md4 ? EVP_MD_CTX_new() : NULL;
	bool ok = ctx && EVP_DigestInit_ex2(ctx, c->md4, NULL) && EVP_DigestUpdate(ctx, p, len) &&
	    EVP_DigestFinal_ex(ctx, out, NULL);

	EVP_MD_CTX_free(ctx);
	if (!ok)
		memset(out, 0, 16);
	return ok;
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
