/* Ciphers, a whole text at a time; see crypto.h. */
#include <string.h>

#include "engine/crypto/internal.h"

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

bool crypto_des_block(const struct crypto *c, const uint8_t key[8], const uint8_t in[8],
    uint8_t out[8])
{
	static const uint8_t zero_iv[8];

	/* One block of CBC with a zero IV is ECB. */
	memcpy(out, in, 8);
	return crypto_cbc(c, CIPHER_DES, true, key, zero_iv, out, 8);
}
