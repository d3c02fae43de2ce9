/*
 * Stored passwords. Nothing about a user may be learnt from the time a login
 * takes: every check computes every form and then looks at the one that counts.
 */
#include "engine/aaa/password.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define ROUNDS 5000 /* what the device uses, and what an unknown user costs */
#define ROUNDS_MAX 1000000

/* Decodes base64 of at most `max` bytes; the length, -1 when it is not that. */
static int from_base64(const char *text, size_t len, uint8_t *to, size_t max)
{
	uint8_t raw[3 * (PASSWORD_SALT_MAX / 3 + 2)];
	int n, pad = 0;

	if (!len || len % 4 || len / 4 * 3 > sizeof raw)
		return -1;
	while (pad < 2 && text[len - 1 - (size_t)pad] == '=')
		pad++;
	n = EVP_DecodeBlock(raw, (const unsigned char *)text, (int)len) - pad;
	if (n < 0 || (size_t)n > max)
		n = -1;
	else
		memcpy(to, raw, (size_t)n);
	OPENSSL_cleanse(raw, sizeof raw);
	return n;
}

static bool parse_pbkdf2(struct password *p, const char *text)
{
	const char *salt, *key;
	char end;
	int n;

	if (sscanf(text, "$sha512$%7u%c", &p->rounds, &end) != 2 || end != '$' || p->rounds < 1 ||
	    p->rounds > ROUNDS_MAX)
		return false;
	salt = strchr(text + strlen("$sha512$"), '$') + 1;
	key = strchr(salt, '$');
	if (!key)
		return false;
	n = from_base64(salt, (size_t)(key - salt), p->salt, sizeof p->salt);
	p->salt_len = n > 0 ? (size_t)n : 0;
	return n > 0 && from_base64(key + 1, strlen(key + 1), p->key, PASSWORD_KEY) == PASSWORD_KEY;
}

void password_parse(struct password *p, const char *form, const char *text)
{
	*p = (struct password){.form = PASSWORD_NONE, .rounds = ROUNDS, .salt_len = PASSWORD_KEY};
	if (!strcmp(form, "nopassword")) {
		p->form = PASSWORD_ANY;
	} else if (!strcmp(form, "nt-encrypted")) {
		if (from_base64(text, strlen(text), p->key, PASSWORD_KEY) == PASSWORD_KEY)
			p->form = PASSWORD_NT;
	} else if (!strcmp(form, "pbkdf2")) {
		if (parse_pbkdf2(p, text))
			p->form = PASSWORD_PBKDF2;
	} else if (!strcmp(form, "encrypted") && strlen(text) == PASSWORD_KEY) {
		memcpy(p->key, text, PASSWORD_KEY);
		p->form = PASSWORD_LEGACY;
	}
	if (p->form != PASSWORD_PBKDF2) {
		p->rounds = ROUNDS;
		p->salt_len = PASSWORD_KEY;
	}
}

/* MD5 over the text padded to 16 bytes; of each 4 bytes of it 24 bits as four characters. */
static void legacy(const char *clear, const char *user, uint8_t out[PASSWORD_KEY])
{
	static const char alphabet[] =
	    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	uint8_t padded[16] = {0}, d[16];
	size_t n = strnlen(clear, sizeof padded), u = strnlen(user, 4);

	memcpy(padded, clear, n);
	memcpy(padded + n, user, n + u <= sizeof padded ? u : sizeof padded - n);
	if (EVP_Digest(padded, sizeof padded, d, NULL, EVP_md5(), NULL) != 1)
		memset(d, 0, sizeof d);
	for (unsigned i = 0; i < 4; i++) {
		uint32_t v = d[4 * i] | (uint32_t)d[4 * i + 1] << 8 | (uint32_t)d[4 * i + 2] << 16;

		for (unsigned k = 0; k < 4; k++, v >>= 6)
			out[4 * i + k] = (uint8_t)alphabet[v & 63];
	}
	OPENSSL_cleanse(padded, sizeof padded);
	OPENSSL_cleanse(d, sizeof d);
}

static bool equal(const uint8_t a[PASSWORD_KEY], const uint8_t b[PASSWORD_KEY])
{
	return CRYPTO_memcmp(a, b, PASSWORD_KEY) == 0;
}

bool password_check(struct mschap_ctx *ctx, const struct password *p, const char *user,
    const char *clear)
{
	uint8_t nt[PASSWORD_KEY], kdf[PASSWORD_KEY], plain[PASSWORD_KEY], salted[PASSWORD_KEY];
	bool nt_ok = mschap_nt_hash(ctx, clear, nt);
	bool kdf_ok = PKCS5_PBKDF2_HMAC(clear, (int)strlen(clear), p->salt, (int)p->salt_len,
	                  (int)p->rounds, EVP_sha512(), sizeof kdf, kdf) == 1;
	bool fits[] = {
	    [PASSWORD_NONE] = false,
	    [PASSWORD_ANY] = true,
	    [PASSWORD_NT] = nt_ok && equal(nt, p->key),
	    [PASSWORD_PBKDF2] = kdf_ok && equal(kdf, p->key),
	    [PASSWORD_LEGACY] = false,
	};

	/* The device mixes the name in for users and not for the enable password. */
	legacy(clear, "", plain);
	legacy(clear, user, salted);
	fits[PASSWORD_LEGACY] = equal(plain, p->key) | equal(salted, p->key);
	OPENSSL_cleanse(nt, sizeof nt);
	OPENSSL_cleanse(kdf, sizeof kdf);
	OPENSSL_cleanse(plain, sizeof plain);
	OPENSSL_cleanse(salted, sizeof salted);
	return fits[p->form];
}
