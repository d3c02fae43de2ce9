/*
 * RFC 2759 7 and 8.9-8.13; see mschap_change.h.
 *
 *   | password 516 | hash 16 | peer challenge 16 | zero 8 | NT response 24 | flags 2 | (encrypted)
 *
 * The password is RC4 (8.10) under the old NT hash of 512 bytes with the text, in UTF-16, at their
 * end, and its length in bytes; the hash is the old one, DES under the new one (8.12).
 */
#include "engine/crypto/mschap_change.h"

#include <string.h>

enum {
	BLOCK = 512,
	CIPHERED = BLOCK + 4,
	HASH_AT = CIPHERED,
	PEER_AT = HASH_AT + 16,
	RESPONSE_AT = PEER_AT + 24,
};

/* RC4; encrypts and decrypts. */
static void rc4(const uint8_t key[MSCHAP_HASH], uint8_t *p, size_t len)
{
	uint8_t s[256], i = 0, j = 0, t;

	for (unsigned k = 0; k < 256; k++)
		s[k] = (uint8_t)k;
	for (unsigned k = 0; k < 256; k++) {
		j = (uint8_t)(j + s[k] + key[k % MSCHAP_HASH]);
		t = s[k];
		s[k] = s[j];
		s[j] = t;
	}
	j = 0;
	for (size_t n = 0; n < len; n++) {
		i++;
		j = (uint8_t)(j + s[i]);
		t = s[i];
		s[i] = s[j];
		s[j] = t;
		p[n] ^= s[(uint8_t)(s[i] + s[j])];
	}
	crypto_wipe(s, sizeof s);
}

/* 8.13: both halves of the old hash under seven bytes each of the new one. */
static bool hash_block(const struct crypto *c, const uint8_t old[MSCHAP_HASH],
    const uint8_t new[MSCHAP_HASH], uint8_t out[MSCHAP_HASH])
{
	uint8_t key[MSCHAP_HASH] = {0}, three[MSCHAP_NT_RESPONSE];
	bool ok = true;

	/* The response to a challenge is three DES blocks under 7 bytes of the hash each. */
	for (size_t half = 0; ok && half < 2; half++) {
		memcpy(key, new + 7 * half, 7);
		ok = mschap_nt_response(c, old + 8 * half, key, three);
		memcpy(out + 8 * half, three, 8);
	}
	crypto_wipe(key, sizeof key);
	crypto_wipe(three, sizeof three);
	return ok;
}

/* One code point of UTF-16 of `len` bytes, -1: it is none. */
static int32_t unit_next(const uint8_t **p, const uint8_t *end)
{
	int32_t u = (*p)[0] | (*p)[1] << 8, low;

	*p += 2;
	if (u < 0xd800 || u >= 0xe000)
		return u;
	if (u >= 0xdc00 || end - *p < 2)
		return -1;
	low = (*p)[0] | (*p)[1] << 8;
	*p += 2;
	return low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00) : -1;
}

static size_t put_utf8(char *to, int32_t u)
{
	if (u < 0x80) {
		to[0] = (char)u;
		return 1;
	}
	if (u < 0x800) {
		to[0] = (char)(0xc0 | u >> 6);
		to[1] = (char)(0x80 | (u & 0x3f));
		return 2;
	}
	if (u < 0x10000) {
		to[0] = (char)(0xe0 | u >> 12);
		to[1] = (char)(0x80 | (u >> 6 & 0x3f));
		to[2] = (char)(0x80 | (u & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | u >> 18);
	to[1] = (char)(0x80 | (u >> 12 & 0x3f));
	to[2] = (char)(0x80 | (u >> 6 & 0x3f));
	to[3] = (char)(0x80 | (u & 0x3f));
	return 4;
}

/* The text at the end of the block; a NUL within it would hide what follows. */
static bool read_clear(const uint8_t block[CIPHERED], char clear[MSCHAP_CLEAR_MAX])
{
	uint32_t len = block[BLOCK] | (uint32_t)block[BLOCK + 1] << 8 |
		       (uint32_t)block[BLOCK + 2] << 16 | (uint32_t)block[BLOCK + 3] << 24;
	const uint8_t *end = block + BLOCK, *p;
	size_t n = 0;
	int32_t u;

	if (!len || len > BLOCK || len % 2)
		return false;
	for (p = end - len; p < end; n += put_utf8(clear + n, u))
		if ((u = unit_next(&p, end)) <= 0 || n + 5 > MSCHAP_CLEAR_MAX)
			return false;
	clear[n] = 0;
	return true;
}

static bool fits(const struct crypto *c, const uint8_t packet[MSCHAP_CHANGE],
    const uint8_t old[MSCHAP_HASH], const uint8_t challenge[16], const char *user,
    struct mschap_change *to)
{
	uint8_t want[MSCHAP_HASH], response[MSCHAP_RESPONSE] = {0};
	bool ok;

	memcpy(response, packet + PEER_AT, 24 + MSCHAP_NT_RESPONSE);
	ok = mschap_nt_hash(c, to->clear, to->hash) && hash_block(c, old, to->hash, want) &&
	     crypto_equal(want, packet + HASH_AT, sizeof want) &&
	     mschap_check_v2(c, to->hash, challenge, response, user, to->success);
	crypto_wipe(want, sizeof want);
	return ok;
}

bool mschap_change_read(const struct crypto *c, const uint8_t packet[MSCHAP_CHANGE],
    const uint8_t old[MSCHAP_HASH], const uint8_t challenge[16], const char *user,
    struct mschap_change *to)
{
	uint8_t block[CIPHERED];
	bool ok;

	memcpy(block, packet, sizeof block);
	rc4(old, block, sizeof block);
	ok = read_clear(block, to->clear) && fits(c, packet, old, challenge, user, to);
	crypto_wipe(block, sizeof block);
	if (!ok)
		crypto_wipe(to, sizeof *to);
	return ok;
}

bool mschap_change_write(const struct crypto *c, const char *clear, const uint8_t old[MSCHAP_HASH],
    const uint8_t challenge[16], const char *user, uint8_t packet[MSCHAP_CHANGE])
{
	size_t n = strlen(clear), len = 2 * n; /* ASCII */
	uint8_t new[MSCHAP_HASH], response[MSCHAP_RESPONSE], peer[16];

	memset(packet, 0, MSCHAP_CHANGE);
	if (len > BLOCK || !crypto_random(c, packet, BLOCK - len) ||
	    !crypto_random(c, peer, sizeof peer) || !mschap_nt_hash(c, clear, new))
		return false;
	for (size_t i = 0; i < n; i++) {
		packet[BLOCK - len + 2 * i] = (uint8_t)clear[i];
		packet[BLOCK - len + 2 * i + 1] = 0;
	}
	packet[BLOCK] = (uint8_t)len;
	packet[BLOCK + 1] = (uint8_t)(len >> 8);
	rc4(old, packet, CIPHERED);
	if (!hash_block(c, old, new, packet + HASH_AT) ||
	    !mschap_respond_v2(c, new, challenge, peer, user, response))
		return false;
	memcpy(packet + PEER_AT, response, 24 + MSCHAP_NT_RESPONSE);
	return true;
}
