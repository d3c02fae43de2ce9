/*
 * MS-CHAP arithmetic (RFC 2433 appendix A, RFC 2759 section 8); see mschap.h.
 *
 * The 49-byte CHAP values:
 *
 *   version 1   | LM response 24 | NT response 24 | use NT 1 |
 *   version 2   | peer challenge 16 | zero 8 | NT response 24 | zero 1 |
 */
#include "engine/ppp/mschap.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NT_AT = 24, USE_NT_AT = 48, PASSWORD_UNITS = 256 };

struct mschap_ctx {
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *legacy, *base;
	EVP_MD *md4, *sha1;
	EVP_CIPHER *des;
};

void mschap_ctx_destroy(struct mschap_ctx *m)
{
	if (!m)
		return;
	EVP_MD_free(m->md4);
	EVP_MD_free(m->sha1);
	EVP_CIPHER_free(m->des);
	if (m->legacy)
		OSSL_PROVIDER_unload(m->legacy);
	if (m->base)
		OSSL_PROVIDER_unload(m->base);
	OSSL_LIB_CTX_free(m->lib);
	free(m);
}

struct mschap_ctx *mschap_ctx_create(void)
{
	struct mschap_ctx *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	m->lib = OSSL_LIB_CTX_new();
	if (m->lib) {
		m->legacy = OSSL_PROVIDER_load(m->lib, "legacy");
		m->base = OSSL_PROVIDER_load(m->lib, "default");
		m->md4 = EVP_MD_fetch(m->lib, "MD4", NULL);
		m->sha1 = EVP_MD_fetch(m->lib, "SHA1", NULL);
		m->des = EVP_CIPHER_fetch(m->lib, "DES-ECB", NULL);
	}
	if (!m->md4 || !m->sha1 || !m->des) {
		mschap_ctx_destroy(m);
		return NULL;
	}
	return m;
}

struct part {
	const void *bytes;
	size_t len;
};

static bool digest(const EVP_MD *md, uint8_t *to, const struct part *part, size_t n)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok = c && EVP_DigestInit_ex2(c, md, NULL) == 1;

	for (size_t i = 0; ok && i < n; i++)
		ok = EVP_DigestUpdate(c, part[i].bytes, part[i].len) == 1;
	ok = ok && EVP_DigestFinal_ex(c, to, NULL) == 1;
	EVP_MD_CTX_free(c);
	return ok;
}

/* One code point of strict UTF-8 (no overlong forms, no surrogates); 0 at the end, -1 = bad. */
static int32_t utf8_next(const uint8_t **p)
{
	static const int32_t least[] = {0, 0x80, 0x800, 0x10000};
	const uint8_t *s = *p;
	int more = s[0] < 0x80 ? 0 : (s[0] & 0xe0) == 0xc0 ? 1 : (s[0] & 0xf0) == 0xe0 ? 2
	    : (s[0] & 0xf8) == 0xf0                         ? 3
	                                                    : -1;
	int32_t c;

	if (more < 0)
		return -1;
	c = more ? s[0] & (0x3f >> more) : s[0];
	for (int i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return -1;
	*p = s + more + 1;
	return c;
}

static void put_unit(uint8_t *to, size_t at, int32_t unit)
{
	to[2 * at] = (uint8_t)unit;
	to[2 * at + 1] = (uint8_t)(unit >> 8);
}

bool mschap_nt_hash(struct mschap_ctx *m, const char *password, uint8_t hash[MSCHAP_HASH])
{
	uint8_t utf16[2 * PASSWORD_UNITS];
	const uint8_t *p = (const uint8_t *)password;
	size_t n = 0;
	int32_t c;
	bool ok;

	while ((c = utf8_next(&p)) > 0 && n + 2 <= PASSWORD_UNITS) {
		if (c >= 0x10000) {
			put_unit(utf16, n++, 0xd800 + ((c - 0x10000) >> 10));
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		put_unit(utf16, n++, c);
	}
	ok = c == 0 && digest(m->md4, hash, &(struct part){utf16, 2 * n}, 1);
	OPENSSL_cleanse(utf16, sizeof utf16);
	return ok;
}

/* RFC 2433 A.6: 56 bits become eight bytes of seven bits and an odd parity bit. */
static void expand_key(const uint8_t key7[7], uint8_t key8[8])
{
	uint64_t bits = 0;

	for (int i = 0; i < 7; i++)
		bits = bits << 8 | key7[i];
	for (int i = 0; i < 8; i++) {
		unsigned seven = (unsigned)(bits >> (49 - 7 * i)) & 0x7f;

		key8[i] = (uint8_t)(seven << 1 | !(__builtin_popcount(seven) & 1));
	}
}

static bool des_block(struct mschap_ctx *m, const uint8_t key7[7], const uint8_t in[8], uint8_t out[8])
{
	uint8_t key[8];
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int n = 0;
	bool ok;

	expand_key(key7, key);
	ok = c && EVP_EncryptInit_ex2(c, m->des, key, NULL, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(c, 0) == 1 && EVP_EncryptUpdate(c, out, &n, in, 8) == 1 && n == 8;
	EVP_CIPHER_CTX_free(c);
	OPENSSL_cleanse(key, sizeof key);
	return ok;
}

bool mschap_nt_response(struct mschap_ctx *m, const uint8_t challenge[8],
    const uint8_t hash[MSCHAP_HASH], uint8_t response[MSCHAP_NT_RESPONSE])
{
	uint8_t keys[21] = {0};
	bool ok = true;

	memcpy(keys, hash, MSCHAP_HASH);
	for (int i = 0; i < 3; i++)
		ok = des_block(m, &keys[7 * i], challenge, &response[8 * i]) && ok;
	OPENSSL_cleanse(keys, sizeof keys);
	return ok;
}

bool mschap_challenge_hash(struct mschap_ctx *m, const uint8_t peer[16], const uint8_t auth[16],
    const char *user, uint8_t challenge[8])
{
	const char *slash = strrchr(user, '\\');
	const char *name = slash ? slash + 1 : user;
	uint8_t sha[20];

	if (!digest(m->sha1, sha,
	        (struct part[]){{peer, 16}, {auth, 16}, {name, strlen(name)}}, 3))
		return false;
	memcpy(challenge, sha, 8);
	return true;
}

bool mschap_authenticator(struct mschap_ctx *m, const uint8_t hash[MSCHAP_HASH],
    const uint8_t nt_response[MSCHAP_NT_RESPONSE], const uint8_t peer[16], const uint8_t auth[16],
    const char *user, char success[MSCHAP_SUCCESS])
{
	static const char magic1[] = "Magic server to client signing constant";
	static const char magic2[] = "Pad to make it do more than one iteration";
	uint8_t hash_hash[16], sha[20], c8[8];
	bool ok;

	ok = digest(m->md4, hash_hash, &(struct part){hash, MSCHAP_HASH}, 1) &&
	    digest(m->sha1, sha, (struct part[]){{hash_hash, 16}, {nt_response, MSCHAP_NT_RESPONSE},
	        {magic1, sizeof magic1 - 1}}, 3) &&
	    mschap_challenge_hash(m, peer, auth, user, c8) &&
	    digest(m->sha1, sha, (struct part[]){{sha, 20}, {c8, 8}, {magic2, sizeof magic2 - 1}}, 3);
	strcpy(success, "S=");
	for (size_t i = 0; ok && i < sizeof sha; i++)
		sprintf(success + 2 + 2 * i, "%02X", sha[i]);
	OPENSSL_cleanse(hash_hash, sizeof hash_hash);
	OPENSSL_cleanse(sha, sizeof sha);
	return ok;
}

static bool expected(struct mschap_ctx *m, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[8], const uint8_t *nt_response)
{
	uint8_t want[MSCHAP_NT_RESPONSE];
	bool ok = mschap_nt_response(m, challenge, hash, want) &&
	    CRYPTO_memcmp(want, nt_response, sizeof want) == 0;

	OPENSSL_cleanse(want, sizeof want);
	return ok;
}

bool mschap_check_v1(struct mschap_ctx *m, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[8], const uint8_t response[MSCHAP_RESPONSE])
{
	return response[USE_NT_AT] != 0 && expected(m, hash, challenge, &response[NT_AT]);
}

bool mschap_check_v2(struct mschap_ctx *m, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[16], const uint8_t response[MSCHAP_RESPONSE], const char *user,
    char success[MSCHAP_SUCCESS])
{
	uint8_t c8[8];

	return mschap_challenge_hash(m, response, challenge, user, c8) &&
	    expected(m, hash, c8, &response[NT_AT]) &&
	    mschap_authenticator(m, hash, &response[NT_AT], response, challenge, user, success);
}

bool mschap_respond_v1(struct mschap_ctx *m, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[8], uint8_t response[MSCHAP_RESPONSE])
{
	memset(response, 0, MSCHAP_RESPONSE);
	response[USE_NT_AT] = 1;
	return mschap_nt_response(m, challenge, hash, &response[NT_AT]);
}

bool mschap_respond_v2(struct mschap_ctx *m, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[16], const uint8_t peer[16], const char *user,
    uint8_t response[MSCHAP_RESPONSE])
{
	uint8_t c8[8];

	memset(response, 0, MSCHAP_RESPONSE);
	memcpy(response, peer, 16);
	return mschap_challenge_hash(m, peer, challenge, user, c8) &&
	    mschap_nt_response(m, c8, hash, &response[NT_AT]);
}
