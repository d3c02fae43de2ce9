/* The forms in which a local user's password is stored, and proofs against them. */
#ifndef GATEHOUSE_AAA_PASSWORD_H
#define GATEHOUSE_AAA_PASSWORD_H

#include "engine/ppp/mschap.h"

enum password_form {
	PASSWORD_NONE,      /* nothing fits: an unknown user, a text that is not of its form */
	PASSWORD_ANY,       /* `nopassword` */
	PASSWORD_NT,        /* `nt-encrypted`: base64 of the NT hash */
	PASSWORD_PBKDF2,    /* `pbkdf2`: $sha512$rounds$salt$key, both in base64 */
	PASSWORD_LEGACY,    /* `encrypted`: 16 characters of MD5 */
};

#define PASSWORD_KEY 16
#define PASSWORD_SALT_MAX 32

struct password {
	enum password_form form;
	uint8_t key[PASSWORD_KEY]; /* NT hash, PBKDF2 key, or the 16 characters */
	uint8_t salt[PASSWORD_SALT_MAX];
	size_t salt_len;
	unsigned rounds;
};

/* Reads a stored text. A text that does not fit its form gives PASSWORD_NONE. */
void password_parse(struct password *, const char *form, const char *text);
/* Does the clear text belong to it? Takes the same work whatever the form, PASSWORD_NONE included.
 * `user` is mixed into the legacy form of users. */
bool password_check(struct mschap_ctx *, const struct password *, const char *user,
    const char *clear);

#endif
