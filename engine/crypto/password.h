/*
 * The forms in which passwords are kept, made and proved (RFC 8018 5.2, RFC
 * 2433 A.3). A proof takes the time of its form; who must not be known by it is
 * held against one of the form that most have. /
 */
#ifndef GATEHOUSE_PASSWORD_H
#define GATEHOUSE_PASSWORD_H

#include "engine/crypto/crypto.h"

enum password_form {
	PASSWORD_NONE,      /* nothing fits: an unknown user, a text that is not of its form */
	PASSWORD_ANY,       /* `nopassword` */
	PASSWORD_NT,        /* `nt-encrypted`: base64 of the NT hash */
	PASSWORD_PBKDF2,    /* `pbkdf2`: $sha512$rounds$salt$key, both in base64 */
	PASSWORD_LEGACY,    /* `encrypted`: 16 characters of MD5 */
	PASSWORD_FORMS
};

#define PASSWORD_KEY 16
#define PASSWORD_SALT 16     /* bytes of a salt that is made here */
#define PASSWORD_SALT_MAX 32 /* and of one that is read */
#define PASSWORD_FORM_MAX 160 /* the longest stored text with its NUL */

struct password {
	enum password_form form;
	uint8_t key[PASSWORD_KEY]; /* NT hash, PBKDF2 key, or the 16 characters */
	uint8_t salt[PASSWORD_SALT_MAX];
	size_t salt_len;
	unsigned rounds;
};

/* Nothing fits, and it costs what PBKDF2 costs. With another `form` it costs what that one does;
 * the caller lets nobody in by it. */
extern const struct password password_nobody;

/* Reads a stored text. A text that does not fit its form gives PASSWORD_NONE. */
void password_parse(struct password *, const char *form, const char *text);
/* Does the clear text belong to it? PBKDF2 and PASSWORD_NONE take milliseconds, the others
 * microseconds. `user` is mixed into the legacy form of users. */
bool password_check(const struct crypto *, const struct password *, const char *user,
    const char *clear);

/*
 * `$sha512$5000$SALT$KEY`: PBKDF2-HMAC-SHA512, 5000 rounds, 16 bytes of salt and of key, both in
 * base64. `salt` may be NULL: random. False when the cryptographic library fails.
 */
bool password_pbkdf2(const struct crypto *, const char *clear, const uint8_t *salt,
    char out[PASSWORD_FORM_MAX]);
/* base64 of the NT hash. A byte that is not UTF-8 stands for itself (Latin-1). */
bool password_nt(const struct crypto *, const char *clear, char out[PASSWORD_FORM_MAX]);
/* Is this text a well-formed stored password of that form ("pbkdf2", "nt-encrypted", "encrypted"),
 * as it is made here? */
bool password_form_valid(const char *form, const char *text);

#endif
