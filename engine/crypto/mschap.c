/*
 * MS-CHAP arithmetic (RFC 2433 appendix A, RFC 2759 section 8); see mschap.h.
 *
 * The 49-byte CHAP values:
 *
 *   version 1   | LM response 24 | NT response 24 | use NT 1 |
 *   version 2   | peer challenge 16 | zero 8 | NT response 24 | zero 1 |
 */
#include "engine/crypto/mschap.h"

#include <stdio.h>
#include <string.h>

#include "engine/crypto/utf8.h"

enum { NT_AT = 24, USE_NT_AT = 48, PASSWORD_UNITS = 256 };

static void put_unit(uint8_t *to, size_t at, int32_t unit)
{
	to[2 * at] = (uint8_t)unit;
	to[2 * at + 1] = (uint8_t)(unit >> 8);
}

static bool nt_hash(const struct crypto *c, const char *password, bool latin1,
    uint8_t hash[MSCHAP_HASH])
{
	uint8_t utf16[2 * PASSWORD_UNITS];
	const uint8_t *p = (const uint8_t *)password;
	size_t n = 0;
	int32_t u;
	bool ok;

	while ((u = utf8_next(&p)) != 0 && n + 2 <= PASSWORD_UNITS) {
		if (u < 0) {
			if (!latin1)
				break;
			u = *p++;
		}
		if (u >= 0x10000) {
			put_unit(utf16, n++, 0xd800 + ((u - 0x10000) >> 10));
			u = 0xdc00 + ((u - 0x10000) & 0x3ff);
		}
		put_unit(utf16, n++, u);
	}
	ok = u == 0 && crypto_md4(c, utf16, 2 * n, hash);
	crypto_wipe(utf16, sizeof utf16);
	return ok;
}

bool mschap_nt_hash(const struct crypto *c, const char *password, uint8_t hash[MSCHAP_HASH])
{
	return nt_hash(c, password, false, hash);
}

bool mschap_nt_hash_latin1(const struct crypto *c, const char *password,
    uint8_t hash[MSCHAP_HASH])
{
	return nt_hash(c, password, true, hash);
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

static bool des_block(const struct crypto *c, const uint8_t key7[7], const uint8_t in[8],
    uint8_t out[8])
{
	uint8_t key[8];
	bool ok;

	expand_key(key7, key);
	ok = crypto_des_block(c, key, in, out);
	crypto_wipe(key, sizeof key);
	return ok;
}

bool mschap_nt_response(const struct crypto *c, const uint8_t challenge[8],
    const uint8_t hash[MSCHAP_HASH], uint8_t response[MSCHAP_NT_RESPONSE])
{
	uint8_t keys[21] = {0};
	bool ok = true;

	memcpy(keys, hash, MSCHAP_HASH);
	for (int i = 0; i < 3; i++)
		ok &= des_block(c, &keys[7 * i], challenge, &response[8 * i]);
	crypto_wipe(keys, sizeof keys);
	return ok;
}

bool mschap_challenge_hash(const struct crypto *c, const uint8_t peer[16], const uint8_t auth[16],
    const char *user, uint8_t challenge[8])
{
	const char *slash = strrchr(user, '\\');
	const char *name = slash ? slash + 1 : user;
	uint8_t sha[20];

	if (!crypto_hash(c, HASH_SHA1,
	        (struct chunk[]){{peer, 16}, {auth, 16}, {name, strlen(name)}}, 3, sha))
		return false;
	memcpy(challenge, sha, 8);
	return true;
}

bool mschap_authenticator(const struct crypto *c, const uint8_t hash[MSCHAP_HASH],
    const uint8_t nt_response[MSCHAP_NT_RESPONSE], const uint8_t peer[16], const uint8_t auth[16],
    const char *user, char success[MSCHAP_SUCCESS])
{
	static const char magic1[] = "Magic server to client signing constant";
	static const char magic2[] = "Pad to make it do more than one iteration";
	uint8_t hash_hash[16], sha[20], c8[8];
	bool ok;

	ok = crypto_md4(c, hash, MSCHAP_HASH, hash_hash) &&
	    crypto_hash(c, HASH_SHA1,
	        (struct chunk[]){{hash_hash, 16}, {nt_response, MSCHAP_NT_RESPONSE},
	            {magic1, sizeof magic1 - 1}}, 3, sha) &&
	    mschap_challenge_hash(c, peer, auth, user, c8) &&
	    crypto_hash(c, HASH_SHA1,
	        (struct chunk[]){{sha, 20}, {c8, 8}, {magic2, sizeof magic2 - 1}}, 3, sha);
	strcpy(success, "S=");
	for (size_t i = 0; ok && i < sizeof sha; i++)
		sprintf(success + 2 + 2 * i, "%02X", sha[i]);
	crypto_wipe(hash_hash, sizeof hash_hash);
	crypto_wipe(sha, sizeof sha);
	return ok;
}

static bool expected(const struct crypto *c, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[8], const uint8_t *nt_response)
{
	uint8_t want[MSCHAP_NT_RESPONSE];
	bool ok = mschap_nt_response(c, challenge, hash, want) &&
	    crypto_equal(want, nt_response, sizeof want);

	crypto_wipe(want, sizeof want);
	return ok;
}

bool mschap_check_v1(const struct crypto *c, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[8], const uint8_t response[MSCHAP_RESPONSE])
{
	return response[USE_NT_AT] != 0 && expected(c, hash, challenge, &response[NT_AT]);
}

bool mschap_check_v2(const struct crypto *c, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[16], const uint8_t response[MSCHAP_RESPONSE], const char *user,
    char success[MSCHAP_SUCCESS])
{
	uint8_t c8[8];

	return mschap_challenge_hash(c, response, challenge, user, c8) &&
	    expected(c, hash, c8, &response[NT_AT]) &&
	    mschap_authenticator(c, hash, &response[NT_AT], response, challenge, user, success);
}

bool mschap_respond_v1(const struct crypto *c, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[8], uint8_t response[MSCHAP_RESPONSE])
{
	memset(response, 0, MSCHAP_RESPONSE);
	response[USE_NT_AT] = 1;
	return mschap_nt_response(c, challenge, hash, &response[NT_AT]);
}

bool mschap_respond_v2(const struct crypto *c, const uint8_t hash[MSCHAP_HASH],
    const uint8_t challenge[16], const uint8_t peer[16], const char *user,
    uint8_t response[MSCHAP_RESPONSE])
{
	uint8_t c8[8];

	memset(response, 0, MSCHAP_RESPONSE);
	memcpy(response, peer, 16);
	return mschap_challenge_hash(c, peer, challenge, user, c8) &&
	    mschap_nt_response(c, c8, hash, &response[NT_AT]);
}
