/* What tells one row of a table from another. See key.h. */
#include <string.h>

#include "db/key.h"
#include "db/fault.h"
#include "db/sql.h"

#define JOINT 0x1f

/* One behind the other, each with `end` behind it. */
static inline size_t pack(const struct gram_table *t, const char *const *keys, char end, char *buf,
    size_t size)
{
	size_t used = 0;

	for (int k = 0; k < t->n_keys; k++) {
		size_t len = *keys[k] ? strlen(keys[k]) : 0;

		if (len + 1 > size - used)
			return 0;
		if (len)
			memcpy(buf + used, keys[k], len);
		used += len;
		buf[used++] = end;
	}
	return used;
}

size_t key_pack(const struct gram_table *t, const char *const *keys, char *buf, size_t size)
{
	return pack(t, keys, '\0', buf, size);
}

void key_unpack(const struct gram_table *t, const char *packed, const char *keys[GRAM_KEYS_MAX])
{
	for (int k = 0; k < t->n_keys; k++) {
		keys[k] = packed;
		packed += strlen(packed) + 1;
	}
}

void key_split(char *joined, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (joined[i] == JOINT)
			joined[i] = '\0';
}

void key_where(const struct gram_table *t, sqlite3_str *sql)
{
	if (key_is_joined(t))
		sqlite3_str_appendf(sql, " WHERE \"" KEY_JOINED "\"=?");
	else if (!t->n_keys)
		sqlite3_str_appendf(sql, " WHERE id=1");
	else
		for (int k = 0; k < t->n_keys; k++)
			sqlite3_str_appendf(
			    sql, "%s\"%w\"=?", k ? " AND " : " WHERE ", t->columns[k].name);
}

void key_bind_joined(struct db *db, sqlite3_stmt *s, int at, const struct gram_table *t,
    const char *const *keys)
{
	size_t len = pack(t, keys, JOINT, db->joined, sizeof(db->joined));

	if (!len || sqlite3_bind_text(s, at, db->joined, (int)len - 1, SQLITE_STATIC))
		fault_code(db, SQLITE_NOMEM);
}

void key_bind(
    struct db *db, sqlite3_stmt *s, int at, const struct gram_table *t, const char *const *keys)
{
	if (key_is_joined(t)) {
		key_bind_joined(db, s, at, t, keys);
		return;
	}
	for (int k = 0; k < t->n_keys; k++)
		db_bind(db, s, at + k, t, k, keys[k]);
}

int key_bind_prefix(struct db *db, sqlite3_stmt *s, const char *const *texts, unsigned n)
{
	char low[2 * GRAM_LINE_MAX];
	size_t used = 0;

	for (unsigned i = 0; i < n; i++) {
		size_t len = texts[i] ? strlen(texts[i]) : 0;

		if (len + 1 > sizeof(low) - used) {
			fault_code(db, SQLITE_TOOBIG);
			len = 0;
		}
		if (len)
			memcpy(low + used, texts[i], len);
		used += len;
		low[used++] = JOINT;
	}
	if (sqlite3_bind_text(s, 1, low, (int)used, SQLITE_TRANSIENT))
		fault_code(db, SQLITE_NOMEM);
	low[used - 1] = JOINT + 1;
	if (sqlite3_bind_text(s, 2, low, (int)used, SQLITE_TRANSIENT))
		fault_code(db, SQLITE_NOMEM);
	return 3;
}

void key_expression(const struct gram_table *t, int instead, const char *now, sqlite3_str *sql)
{
	for (int k = 0; k < t->n_keys; k++) {
		if (k == instead)
			sqlite3_str_appendf(sql, "%s%s", k ? "||char(31)||" : "", now);
		else
			sqlite3_str_appendf(
			    sql, "%s\"%w\"", k ? "||char(31)||" : "", t->columns[k].name);
	}
}
