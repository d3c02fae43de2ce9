/* RFC 6238; see totp.h. */
#include "engine/crypto/totp.h"

#include <stdio.h>
#include <string.h>

#define PERIOD 30

static int value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

size_t totp_secret(const char *base32, uint8_t to[TOTP_SECRET_MAX])
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	for (; *base32 && *base32 != '='; base32++) {
		int v = value(*base32);

		if (*base32 == ' ' || *base32 == '-')
			continue;
		if (v < 0 || n == TOTP_SECRET_MAX)
			return 0;
		bits = bits << 5 | (uint32_t)v;
		have += 5;
		if (have < 8)
			continue;
		have -= 8;
		to[n++] = (uint8_t)(bits >> have);
	}
	return base32[strspn(base32, "=")] || n < TOTP_SECRET_MIN ? 0 : n;
}

/* RFC 4226 5.3. */
bool totp_code(
    const struct crypto *c, struct chunk secret, uint64_t step, char code[TOTP_DIGITS + 1])
{
	uint8_t counter[8], mac[20];
	uint32_t bits;
	unsigned at;

	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t)(step >> (56 - 8 * i));
	if (!crypto_hmac(c, HASH_SHA1, secret, &(struct chunk){counter, sizeof counter}, 1, mac))
		return false;
	at = mac[19] & 15;
	bits = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
	       (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	snprintf(code, TOTP_DIGITS + 1, "%06u", (unsigned)(bits % 1000000));
	crypto_wipe(mac, sizeof mac);
	return true;
}

uint64_t totp_step(
    const struct crypto *c, struct chunk secret, const char *code, int64_t now, uint64_t after)
{
	uint64_t middle = (uint64_t)now / PERIOD, found = 0;
	char want[TOTP_DIGITS + 1], typed[TOTP_DIGITS + 1] = "";
	bool whole = strlen(code) == TOTP_DIGITS;

	if (whole)
		memcpy(typed, code, sizeof typed);
	for (uint64_t step = middle - TOTP_WINDOW; step <= middle + TOTP_WINDOW; step++)
		if (totp_code(c, secret, step, want) && crypto_equal(want, typed, TOTP_DIGITS) &&
		    whole && step > after)
			found = step;
	crypto_wipe(want, sizeof want);
	return found;
}
