/*
 * A row in memory: read by its key, all of its texts in one buffer, which is
 * wiped; and what users of the database ask of its columns.
 */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "db/row.h"
#include "db/fault.h"
#include "db/key.h"
#include "db/seal.h"
#include "db/sql.h"

void rowbuf_wipe(struct rowbuf *b)
{
	if (b->text)
		OPENSSL_cleanse(b->text, b->size);
}

void rowbuf_free(struct rowbuf *b)
{
	rowbuf_wipe(b);
	free(b->text);
	memset(b, 0, sizeof(*b));
}

/* Makes room for `more` behind `used`; what is there moves along. */
static bool need(struct rowbuf *b, size_t used, size_t more)
{
	char *bigger;

	if (b->size - used >= more)
		return true;
	bigger = malloc(2 * (used + more) + 256);
	if (!bigger)
		return false;
	if (b->text)
		memcpy(bigger, b->text, used);
	rowbuf_wipe(b);
	free(b->text);
	b->text = bigger;
	b->size = 2 * (used + more) + 256;
	return true;
}

/* The text of a column, or its sealed bytes; NULL: unset, or a fault. Its type is asked first: a
 * text that memory lacks for leaves NULL in its place. */
static const void *column_value(
    struct db *db, sqlite3_stmt *s, int column, bool secret, size_t *len)
{
	const char *value;

	if (sqlite3_column_type(s, column) == SQLITE_NULL)
		return NULL;
	value = secret ? sqlite3_column_blob(s, column)
		       : (const void *)sqlite3_column_text(s, column);
	if (value)
		*len = secret ? (size_t)sqlite3_column_bytes(s, column) : strlen(value);
	else if (!secret || sqlite3_column_bytes(s, column))
		fault_code(db, SQLITE_NOMEM);
	return value;
}

bool db_copy_row(struct db *db, sqlite3_stmt *s, const struct gram_table *t, struct rowbuf *b)
{
	const int n = t->n_columns;
	size_t offsets[GRAM_COLS_MAX] = {0}, used = 0, len = 0;

	b->row.table = t;
	b->row.values = b->values;
	/* Offsets first: the buffer may move while it grows. */
	for (int i = 0; i < n; i++) {
		bool secret = db_is_sealed(&t->columns[i].type);
		const void *value = db->fault ? NULL : column_value(db, s, i, secret, &len);

		offsets[i] = SIZE_MAX;
		if (!value)
			continue;
		if (!need(b, used, len + 1)) {
			fault_code(db, SQLITE_NOMEM);
			break;
		}
		if (!secret)
			memcpy(b->text + used, value, len + 1);
		else if (unseal(db, value, len, b->text + used))
			len = strlen(b->text + used);
		else
			continue;
		offsets[i] = used;
		used += len + 1;
	}
	for (int i = 0; i < n; i++)
		b->values[i] = db->fault || offsets[i] == SIZE_MAX ? NULL : b->text + offsets[i];
	return !db->fault;
}

bool db_select(struct db *db, const struct gram_table *t, const char *const *keys, struct rowbuf *b)
{
	sqlite3_stmt *s = db->tables[t->index].select;
	bool found;

	key_bind(db, s, 1, t, keys);
	found = db_next(db, s) && (!b || db_copy_row(db, s, t, b));
	sqlite3_reset(s);
	return found;
}

char *const *db_presets(struct db *db, const struct gram_table *t, const char *const *keys)
{
	for (unsigned i = 0; db->tables[t->index].presets && i < db->gram->n_presets; i++) {
		const struct gram_preset *p = &db->gram->presets[i];
		unsigned k = 0;

		if (p->table != t)
			continue;
		while (k < t->n_keys && !strcmp(p->values[k], keys[k]))
			k++;
		if (k == t->n_keys)
			return p->values;
	}
	return NULL;
}

void row_put(struct db *db, const struct gram_table *t, const char *const *keys,
    int column, const char *value)
{
	sqlite3_stmt **s = &db->tables[t->index].update_one[column];

	if (!*s) {
		sqlite3_str *sql = sqlite3_str_new(db->sql);

		sqlite3_str_appendf(sql, "UPDATE t%u_%s SET \"%w\"=?", t->index, t->name,
		    t->columns[column].name);
		key_where(t, sql);
		*s = db_prepare_str(db, sql);
	}
	db_bind(db, *s, 1, t, column, value);
	key_bind(db, *s, 2, t, keys);
	db_step(db, *s);
}

const struct gram_table *db_table(const struct db *db, const char *name)
{
	return gram_table(db->gram, name);
}

const char *db_text(const struct db_row *r, const char *column)
{
	int c = gram_column(r->table, column);

	return c < 0 ? NULL : r->values[c];
}

int64_t db_int(const struct db_row *r, const char *column, int64_t unset)
{
	const char *text = db_text(r, column);
	char *end;
	long long v;

	if (!text)
		return unset;
	v = strtoll(text, &end, 10);
	return *end || end == text ? unset : v;
}

bool db_bool(const struct db_row *r, const char *column)
{
	const char *text = db_text(r, column);

	return text && *text == '1';
}

bool db_word(const struct db_row *r, const char *column, unsigned i, char *buf, size_t size)
{
	const char *at = db_text(r, column);
	size_t len;

	while (at && *at && i--) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	if (!at || !*at)
		return false;
	len = strcspn(at, " ");
	if (len >= size)
		return false;
	memcpy(buf, at, len);
	buf[len] = '\0';
	return true;
}
