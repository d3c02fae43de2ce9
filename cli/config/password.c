/*
 * The forms in which passwords are kept (RFC 8018 5.2, RFC 2433 A.3). MD4 is
 * only in OpenSSL's legacy provider, which gets a library context of its own
 * so that nothing else in the process can pick a legacy algorithm by chance.
 */
#include "cli/config/hooks.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/rand.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SALT = 16, KEY = 16, ROUNDS = 5000, NT = 16, PASSWORD_MAX = 256 };

static bool pbkdf2(const char *password, const unsigned char *salt, int rounds,
    unsigned char key[KEY])
{
	return PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, SALT, rounds, EVP_sha512(),
	    KEY, key) == 1;
}

bool password_pbkdf2(const char *password, const unsigned char *salt, char out[PASSWORD_FORM_MAX])
{
	unsigned char fresh[SALT], key[KEY], salt64[28], key64[28];
	bool ok;

	if (!salt && RAND_bytes(fresh, SALT) != 1)
		return false;
	if (!salt)
		salt = fresh;
	ok = pbkdf2(password, salt, ROUNDS, key);
	EVP_EncodeBlock(salt64, salt, SALT);
	EVP_EncodeBlock(key64, key, KEY);
	snprintf(out, PASSWORD_FORM_MAX, "$sha512$%d$%s$%s", ROUNDS, (char *)salt64, (char *)key64);
	OPENSSL_cleanse(key, sizeof key);
	OPENSSL_cleanse(key64, sizeof key64);
	return ok;
}

static bool md4(const unsigned char *data, size_t len, unsigned char digest[NT])
{
	OSSL_LIB_CTX *ctx = OSSL_LIB_CTX_new();
	OSSL_PROVIDER *legacy = ctx ? OSSL_PROVIDER_load(ctx, "legacy") : NULL;
	EVP_MD *md = legacy ? EVP_MD_fetch(ctx, "MD4", NULL) : NULL;
	bool ok = md && EVP_Digest(data, len, digest, NULL, md, NULL) == 1;

	EVP_MD_free(md);
	if (legacy)
		OSSL_PROVIDER_unload(legacy);
	OSSL_LIB_CTX_free(ctx);
	return ok;
}

/* The next code point of UTF-8; a byte that is not UTF-8 stands for itself (Latin-1). */
static uint32_t utf8_next(const unsigned char **p)
{
	const unsigned char *s = *p;
	int more = s[0] >= 0xf0 && s[0] < 0xf8 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc0 ? 1 : 0;
	uint32_t c = s[0];

	if (s[0] >= 0xf8)
		more = 0;
	if (more)
		c = s[0] & (0x3fu >> more);
	for (int i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			*p = s + 1;
			return s[0];
		}
		c = c << 6 | (s[i] & 0x3fu);
	}
	*p = s + more + 1;
	return c;
}

static size_t utf16le(const char *password, unsigned char *out, size_t size)
{
	const unsigned char *p = (const unsigned char *)password;
	size_t n = 0;

	while (*p && n + 4 <= size) {
		uint32_t c = utf8_next(&p), unit[2] = {c, 0};
		int units = 1;

		if (c > 0xffff) {
			unit[0] = 0xd800 | ((c - 0x10000) >> 10);
			unit[1] = 0xdc00 | (c & 0x3ff);
			units = 2;
		}
		for (int i = 0; i < units; i++) {
			out[n++] = (unsigned char)unit[i];
			out[n++] = (unsigned char)(unit[i] >> 8);
		}
	}
	return n;
}

bool password_nt(const char *password, char out[PASSWORD_FORM_MAX])
{
	unsigned char wide[2 * PASSWORD_MAX], digest[NT];
	size_t n = utf16le(password, wide, sizeof wide);
	bool ok = md4(wide, n, digest);

	EVP_EncodeBlock((unsigned char *)out, digest, NT);
	OPENSSL_cleanse(wide, sizeof wide);
	OPENSSL_cleanse(digest, sizeof digest);
	return ok;
}

/* 24 characters of base64 that decode to 16 bytes. */
static bool base64_16(const char *text, size_t len, unsigned char out[16])
{
	unsigned char raw[18];
	bool ok = len == 24 && text[22] == '=' && text[23] == '=' &&
	    EVP_DecodeBlock(raw, (const unsigned char *)text, 24) == 18;

	if (ok)
		memcpy(out, raw, 16);
	OPENSSL_cleanse(raw, sizeof raw);
	return ok;
}

/* Splits `$sha512$ROUNDS$SALT$KEY`. */
static bool pbkdf2_split(const char *text, int *rounds, unsigned char salt[SALT],
    unsigned char key[KEY])
{
	int at = 0;

	return sscanf(text, "$sha512$%d$%n", rounds, &at) == 1 && at > 0 && *rounds > 0 &&
	    *rounds <= 1000000 && strlen(text + at) == 24 + 1 + 24 && text[at + 24] == '$' &&
	    base64_16(text + at, 24, salt) && base64_16(text + at + 25, 24, key);
}

bool password_form_valid(const char *form, const char *text)
{
	static const char alphabet[] =
	    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	unsigned char a[SALT], b[KEY];
	int rounds;

	if (strcmp(form, "pbkdf2") == 0)
		return pbkdf2_split(text, &rounds, a, b);
	if (strcmp(form, "nt-encrypted") == 0)
		return base64_16(text, strlen(text), a);
	return strcmp(form, "encrypted") == 0 && strlen(text) == 16 && strspn(text, alphabet) == 16;
}

bool password_store(const char *text, const char *typed, char out[PASSWORD_FORM_MAX],
    const char **form)
{
	static const char *const forms[] = {"pbkdf2", "nt-encrypted", "encrypted"};

	if (!*typed) {
		*form = "pbkdf2";
		return password_pbkdf2(text, NULL, out);
	}
	if (strcmp(typed, "mschap") == 0) {
		*form = "nt-encrypted";
		return password_nt(text, out);
	}
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (strcmp(typed, forms[i]) != 0)
			continue;
		*form = forms[i];
		snprintf(out, PASSWORD_FORM_MAX, "%s", text);
		return password_form_valid(typed, text);
	}
	return false;
}

/* The older hash: MD5 over the password in 16 bytes, three of each four bytes as base 64. */
static bool legacy_hash(const char *password, char out[17])
{
	static const char alphabet[] =
	    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	unsigned char padded[16] = {0}, d[16];
	size_t n = strlen(password);
	bool ok;

	memcpy(padded, password, n < 16 ? n : 16);
	ok = EVP_Digest(padded, sizeof padded, d, NULL, EVP_md5(), NULL) == 1;
	for (int i = 0; i < 4; i++) {
		uint32_t v = d[4 * i] | (uint32_t)d[4 * i + 1] << 8 | (uint32_t)d[4 * i + 2] << 16;

		for (int k = 0; k < 4; k++, v >>= 6)
			out[4 * i + k] = alphabet[v & 63];
	}
	out[16] = 0;
	OPENSSL_cleanse(padded, sizeof padded);
	OPENSSL_cleanse(d, sizeof d);
	return ok;
}

bool password_verify(const char *password, const char *form, const char *stored)
{
	char mine[PASSWORD_FORM_MAX] = "";
	unsigned char salt[SALT], key[KEY], got[KEY];
	int rounds;
	bool ok = false;

	if (strcmp(form, "pbkdf2") == 0) {
		ok = pbkdf2_split(stored, &rounds, salt, key) && pbkdf2(password, salt, rounds, got) &&
		    CRYPTO_memcmp(key, got, KEY) == 0;
	} else if (strcmp(form, "nt-encrypted") == 0) {
		ok = strlen(stored) == 24 && password_nt(password, mine) &&
		    CRYPTO_memcmp(mine, stored, 24) == 0;
	} else if (strcmp(form, "encrypted") == 0) {
		ok = strlen(stored) == 16 && legacy_hash(password, mine) &&
		    CRYPTO_memcmp(mine, stored, 16) == 0;
	}
	OPENSSL_cleanse(key, sizeof key);
	OPENSSL_cleanse(got, sizeof got);
	OPENSSL_cleanse(mine, sizeof mine);
	return ok;
}
