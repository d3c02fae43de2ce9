/* Base64 with OpenSSL's own coder, which needs no library context; see base64.h. */
#include "engine/crypto/base64.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

void base64_encode(const uint8_t *bytes, size_t len, char *text)
{
	EVP_EncodeBlock((unsigned char *)text, bytes, (int)len);
}

int base64_decode(const char *text, size_t len, uint8_t *to, size_t max)
{
	uint8_t raw[BASE64_MAX];
	int n, pad = 0;

	if (!len || len % 4 || len / 4 * 3 > sizeof raw)
		return -1;
	while (pad < 2 && text[len - 1 - (size_t)pad] == '=')
		pad++;
	if (memchr(text, '=', len - (size_t)pad)) /* which OpenSSL takes for a zero */
		return -1;
	n = EVP_DecodeBlock(raw, (const unsigned char *)text, (int)len) - pad;
	if (n < 0 || (size_t)n > max)
		n = -1;
	else
		memcpy(to, raw, (size_t)n);
	OPENSSL_cleanse(raw, sizeof raw);
	return n;
}
