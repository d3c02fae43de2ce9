/*
 * Hooks that a line passes on its way into the database: values that are kept
 * in another form than typed (a password only as its hash), and checks across
 * fields and rows that the grammar cannot express.
 */
#ifndef GATEHOUSE_STORE_H
#define GATEHOUSE_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "db/db.h"

/* All C functions that the grammar's `store` and `check` name, for db_config.functions. */
extern const struct db_named_function store_functions[];

/* The full name of `g0/1`, `GIG0/1` or (behind the word typed) `0/1`; false when it is none. */
bool interface_spell(const char *typed, char *buf, size_t size);

#define PASSWORD_FORM_MAX 160 /* the longest stored form with its NUL */

/*
 * `$sha512$5000$SALT$KEY`: PBKDF2-HMAC-SHA512, 5000 rounds, 16 bytes of salt
 * and of key, both in base64. `salt` may be NULL: random. False when the
 * cryptographic library fails.
 */
bool password_pbkdf2(const char *password, const unsigned char *salt, char out[PASSWORD_FORM_MAX]);
/* base64 of the NT hash, MD4 over the password in UTF-16LE (RFC 2433 A.3). */
bool password_nt(const char *password, char out[PASSWORD_FORM_MAX]);
/* Is this text a well-formed stored password of that form ("pbkdf2", "nt-encrypted", "encrypted")? */
bool password_form_valid(const char *form, const char *text);
/*
 * What a line `password TEXT [FORM]` stores: `typed` is "" for a plain password,
 * "mschap", or the name of a form whose text is kept as it is. `form` is set to
 * the name that the stored text has from now on. False when the text is not
 * of the form it claims.
 */
bool password_store(const char *text, const char *typed, char out[PASSWORD_FORM_MAX],
    const char **form);
/* Does the clear `password` belong to the stored text? Constant time. */
bool password_verify(const char *password, const char *form, const char *stored);

#endif
