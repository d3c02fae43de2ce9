/*
 * The identity of a row: the texts of its key columns. Packed they stand one
 * behind the other, each with its NUL. A table with a sequence, in which nearly
 * every column is a key, has them once more as one column, so that finding a row
 * is one comparison: joined by a character that no value has.
 */
#ifndef GATEHOUSE_DB_KEY_H
#define GATEHOUSE_DB_KEY_H

#include "db/internal.h"

#define KEY_JOINED "(key)" /* that column, behind those of the grammar */

static inline bool key_is_joined(const struct gram_table *t)
{
	return t->sequence >= 0;
}

/* Length of the packed keys in `buf`; 0: they are longer than `size`. */
size_t key_pack(const struct gram_table *, const char *const *keys, char *buf, size_t size);
/* Makes packed keys of a value of the joined column, in place. */
void key_split(char *joined, size_t len);
/* Points `keys` at the texts of packed ones. */
void key_unpack(const struct gram_table *, const char *packed, const char *keys[GRAM_KEYS_MAX]);
/* " WHERE ..." of one row, for key_bind(); of a single table's, too. */
void key_where(const struct gram_table *, sqlite3_str *sql);
/* Binds the parameters of key_where() from `at` on; they must live until the statement has been
 * stepped, and the next call for the same db. */
void key_bind(
    struct db *, sqlite3_stmt *, int at, const struct gram_table *, const char *const *keys);
/* Binds the joined column, likewise. */
void key_bind_joined(struct db *, sqlite3_stmt *, int at, const struct gram_table *,
    const char *const *keys);
/* Binds ?1 and ?2: between them stand the joined keys that begin with these texts. The next
 * number. */
int key_bind_prefix(struct db *, sqlite3_stmt *, const char *const *texts, unsigned n);
/* The joined column as an expression, column `instead` by the expression `now`. */
void key_expression(const struct gram_table *, int instead, const char *now, sqlite3_str *sql);

#endif
