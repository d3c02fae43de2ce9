/*
 * Ciphers, a whole text at a time; see crypto.h. DES is 3DES with one key three
 * times, and so needs no legacy provider.
 */
#include <string.h>

#include "engine/crypto/internal.h"

EVP_CIPHER_CTX *cipher_context(const struct crypto *c, enum cipher k, bool encrypt,
    const uint8_t *key)
{
	static const uint8_t iv[CRYPTO_BLOCK_MAX];
	EVP_CIPHER_CTX *ctx = c->cipher[k] ? EVP_CIPHER_CTX_new() : NULL;
	uint8_t des[24];
	bool ok;

	if (!ctx)
		return NULL;
	if (k == CIPHER_DES)
		for (size_t i = 0; i < 3; i++)
			memcpy(des + 8 * i, key, 8);
	ok = EVP_CipherInit_ex2(
		 ctx, c->cipher[k], k == CIPHER_DES ? des : key, iv, encrypt, NULL) &&
	     EVP_CIPHER_CTX_set_padding(ctx, 0);
	crypto_wipe(des, sizeof des);
	if (ok)
		return ctx;
	EVP_CIPHER_CTX_free(ctx);
	return NULL;
}

bool crypto_cbc(const struct crypto *c, enum cipher k, bool encrypt, const uint8_t *key,
    const uint8_t *iv, uint8_t *buf, size_t len)
{
	EVP_CIPHER_CTX *ctx = len <= INT32_MAX ? cipher_context(c, k, encrypt, key) : NULL;
	int n = 0;
	bool ok;

	ok = ctx && EVP_CipherInit_ex2(ctx, NULL, NULL, iv, -1, NULL) &&
	    EVP_CipherUpdate(ctx, buf, &n, buf, (int)len) && (size_t)n == len;
	EVP_CIPHER_CTX_free(ctx);
	if (!ok)
		memset(buf, 0, len);
	return ok;
}

bool crypto_des_block(const struct crypto *c, const uint8_t key[8], const uint8_t in[8],
    uint8_t out[8])
{
	static const uint8_t zero_iv[8];

	/* One block of CBC with a zero IV is ECB. */
	memcpy(out, in, 8);
	return crypto_cbc(c, CIPHER_DES, true, key, zero_iv, out, 8);
}
