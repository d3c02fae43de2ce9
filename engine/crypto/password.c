/*
 * Stored passwords; see password.h.
 */
#include "engine/crypto/password.h"

#include <stdio.h>
#include <string.h>

#include "engine/crypto/base64.h"
#include "engine/crypto/mschap.h"

#define ROUNDS 5000 /* what the device uses */
#define ROUNDS_MAX 1000000

static const char alphabet[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const struct password password_nobody = {.rounds = ROUNDS, .salt_len = PASSWORD_SALT};

/* ---- the stored text ------------------------------------------------------------- */

static bool parse_pbkdf2(struct password *p, const char *text)
{
	const char *salt, *key;
	char end = '\0';
	int n;

	(void)sscanf(text, "$sha512$%9u%c", &p->rounds, &end); /* all of it, when `end` is read */
	if (end != '$' || p->rounds < 1 || p->rounds > ROUNDS_MAX)
		return false;
	salt = strchr(text + strlen("$sha512$"), '$') + 1;
	key = strchr(salt, '$');
	if (!key)
		return false;
	n = base64_decode(salt, (size_t)(key - salt), p->salt, sizeof p->salt);
	if (n < 0)
		return false;
	p->salt_len = (size_t)n;
	return base64_decode(key + 1, strlen(key + 1), p->key, PASSWORD_KEY) == PASSWORD_KEY;
}

void password_parse(struct password *p, const char *form, const char *text)
{
	*p = password_nobody;
	if (!strcmp(form, "nopassword")) {
		p->form = PASSWORD_ANY;
	} else if (!strcmp(form, "nt-encrypted")) {
		if (base64_decode(text, strlen(text), p->key, PASSWORD_KEY) == PASSWORD_KEY)
			p->form = PASSWORD_NT;
	} else if (!strcmp(form, "pbkdf2")) {
		if (parse_pbkdf2(p, text))
			p->form = PASSWORD_PBKDF2;
	} else if (!strcmp(form, "encrypted") && strlen(text) == PASSWORD_KEY) {
		memcpy(p->key, text, PASSWORD_KEY);
		p->form = PASSWORD_LEGACY;
	}
	if (p->form != PASSWORD_PBKDF2) {
		p->rounds = password_nobody.rounds;
		p->salt_len = password_nobody.salt_len;
	}
}

bool password_form_valid(const char *form, const char *text)
{
	struct password p;
	bool ok;

	password_parse(&p, form, text);
	ok = p.form == PASSWORD_NT || (p.form == PASSWORD_PBKDF2 && p.salt_len == PASSWORD_SALT) ||
	    (p.form == PASSWORD_LEGACY && strspn(text, alphabet) == PASSWORD_KEY);
	crypto_wipe(&p, sizeof p);
	return ok;
}

/* ---- from clear to stored --------------------------------------------------------- */

/* MD5 over the text padded to 16 bytes; of each 4 bytes of it 24 bits as four characters. */
static bool legacy(const struct crypto *c, const char *clear, const char *user,
    uint8_t out[PASSWORD_KEY])
{
	uint8_t padded[16] = {0}, d[16];
	size_t n = strnlen(clear, sizeof padded), u = strnlen(user, 4);
	bool ok;

	memcpy(padded, clear, n);
	memcpy(padded + n, user, n + u <= sizeof padded ? u : sizeof padded - n);
	ok = crypto_hash(c, HASH_MD5, &(struct chunk){padded, sizeof padded}, 1, d);
	for (unsigned i = 0; i < 4; i++) {
		uint32_t v = d[4 * i] | (uint32_t)d[4 * i + 1] << 8 | (uint32_t)d[4 * i + 2] << 16;

		for (unsigned k = 0; k < 4; k++, v >>= 6)
			out[4 * i + k] = (uint8_t)alphabet[v & 63];
	}
	crypto_wipe(padded, sizeof padded);
	crypto_wipe(d, sizeof d);
	return ok;
}

bool password_pbkdf2(const struct crypto *c, const char *clear, const uint8_t *salt,
    char out[PASSWORD_FORM_MAX])
{
	uint8_t fresh[PASSWORD_SALT], key[PASSWORD_KEY];
	char salt64[BASE64_TEXT(PASSWORD_SALT)], key64[BASE64_TEXT(PASSWORD_KEY)];
	bool ok;

	if (!salt && !crypto_random(c, fresh, sizeof fresh))
		return false;
	if (!salt)
		salt = fresh;
	ok = crypto_pbkdf2(c, HASH_SHA512, clear, (struct chunk){salt, PASSWORD_SALT}, ROUNDS, key,
	    sizeof key);
	base64_encode(salt, PASSWORD_SALT, salt64);
	base64_encode(key, sizeof key, key64);
	snprintf(out, PASSWORD_FORM_MAX, "$sha512$%d$%s$%s", ROUNDS, salt64, key64);
	crypto_wipe(key, sizeof key);
	crypto_wipe(key64, sizeof key64);
	return ok;
}

bool password_nt(const struct crypto *c, const char *clear, char out[PASSWORD_FORM_MAX])
{
	uint8_t hash[MSCHAP_HASH] = {0};
	bool ok = mschap_nt_hash_latin1(c, clear, hash);

	base64_encode(hash, sizeof hash, out);
	crypto_wipe(hash, sizeof hash);
	return ok;
}

/* ---- proofs ------------------------------------------------------------------------ */

static bool fits_nt(const struct crypto *c, const struct password *p, const char *clear)
{
	uint8_t nt[MSCHAP_HASH];
	bool ok = mschap_nt_hash(c, clear, nt) && crypto_equal(nt, p->key, PASSWORD_KEY);

	crypto_wipe(nt, sizeof nt);
	return ok;
}

static bool fits_pbkdf2(const struct crypto *c, const struct password *p, const char *clear)
{
	uint8_t key[PASSWORD_KEY];
	bool ok = crypto_pbkdf2(c, HASH_SHA512, clear, (struct chunk){p->salt, p->salt_len},
		      p->rounds, key, sizeof key) &&
	    crypto_equal(key, p->key, PASSWORD_KEY);

	crypto_wipe(key, sizeof key);
	return ok;
}

/* The device mixes the name in for users and not for the enable password. */
static bool fits_legacy(const struct crypto *c, const struct password *p, const char *user,
    const char *clear)
{
	uint8_t plain[PASSWORD_KEY], salted[PASSWORD_KEY];
	bool plain_ok = legacy(c, clear, "", plain), salted_ok = legacy(c, clear, user, salted);
	bool ok = (plain_ok & crypto_equal(plain, p->key, PASSWORD_KEY)) |
	    (salted_ok & crypto_equal(salted, p->key, PASSWORD_KEY));

	crypto_wipe(plain, sizeof plain);
	crypto_wipe(salted, sizeof salted);
	return ok;
}

bool password_check(const struct crypto *c, const struct password *p, const char *user,
    const char *clear)
{
	switch (p->form) {
	case PASSWORD_ANY:
		return true;
	case PASSWORD_NT:
		return fits_nt(c, p, clear);
	case PASSWORD_LEGACY:
		return fits_legacy(c, p, user, clear);
	default:
		return fits_pbkdf2(c, p, clear) && p->form == PASSWORD_PBKDF2;
	}
}
