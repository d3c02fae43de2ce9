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
#include "engine/crypto/password.h"
#include "engine/crypto/password_policy.h"

/* All C functions that the grammar's `store` and `check` name, for db_config.functions. They work
 * with a `struct crypto`, which is db_config.tools. */
extern const struct db_named_function store_functions[];

/* The full name of `g0/1`, `GIG0/1` or (behind the word typed) `0/1`; false when it is none. */
bool interface_spell(const char *typed, char *buf, size_t size);

/*
 * What a line `password TEXT [FORM]` stores: `typed` is "" for a plain password,
 * "mschap", or the name of a form whose text is kept as it is. `form` is set to
 * the name that the stored text has from now on. False when the text is not
 * of the form it claims.
 */
bool password_store(const struct crypto *, const char *text, const char *typed,
    char out[PASSWORD_FORM_MAX], const char **form);
/* The day of Unix time of a date "2026-11-29"; 0: it is none. */
uint32_t password_day(const char *date);
/* Today's date. */
void password_today(char date[11]);
/* What the configuration wants of new passwords. */
bool password_policy_read(struct db *, struct password_policy *);
/* Does a line that was understood give a password as such, and not as a hash of it? */
bool password_in_clear(const struct gram_match *);

#endif
