/*
 * Statements and rows: a value's text in the grammar <-> its form in a column.
 * Numbers are stored as numbers (they sort so), secrets sealed, the rest as
 * text; NULL is "unset".
 */
#include <ctype.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"
#include "db/key.h"

sqlite3_stmt *db_prepare(struct db *db, const char *format, ...)
{
	sqlite3_stmt *s = NULL;
	va_list ap;
	char *sql;
	int rc;

	va_start(ap, format);
	sql = sqlite3_vmprintf(format, ap);
	va_end(ap);
	rc = sql ? sqlite3_prepare_v3(db->sql, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) : SQLITE_NOMEM;
	if (rc == SQLITE_ERROR) /* a statement made from a checked grammar: our own mistake */
		fprintf(stderr, "database: %s: %s\n", sqlite3_errmsg(db->sql), sql);
	if (!s)
		fault_code(db, rc ? rc : SQLITE_NOMEM);
	sqlite3_free(sql);
	return s;
}

sqlite3_stmt *db_prepare_str(struct db *db, sqlite3_str *sql)
{
	char *text = sqlite3_str_finish(sql);
	sqlite3_stmt *s = text ? db_prepare(db, "%s", text) : NULL;

	if (!text)
		fault_code(db, SQLITE_NOMEM);
	sqlite3_free(text);
	return s;
}

sqlite3_str *db_select_from(struct db *db, const struct gram_table *t)
{
	sqlite3_str *sql = sqlite3_str_new(db->sql);

	for (int i = 0; i < t->n_columns; i++)
		sqlite3_str_appendf(sql, "%s\"%w\"", i ? "," : "SELECT ", t->columns[i].name);
	sqlite3_str_appendf(sql, " FROM t%u_%s", t->index, t->name);
	return sql;
}

bool db_exec(struct db *db, const char *sql)
{
	int rc = sql ? sqlite3_exec(db->sql, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	if (rc)
		fault_code(db, rc);
	return !rc;
}

bool db_step(struct db *db, sqlite3_stmt *s)
{
	int rc;

	if (db->fault)
		return false;
	rc = sqlite3_step(s);
	sqlite3_reset(s);
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		fault_code(db, rc);
	return !db->fault;
}

bool db_next(struct db *db, sqlite3_stmt *s)
{
	int rc = sqlite3_step(s);

	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		fault_code(db, rc);
	return rc == SQLITE_ROW;
}

static bool is_number(const struct gram_type *t, const char *text)
{
	if ((t->kind != KIND_INT && t->kind != KIND_BOOL) || t->list_max)
		return false;
	return isdigit((unsigned char)text[0]) || (text[0] == '-' && text[1]);
}

bool db_reads_back(const struct gram_type *t, const char *text)
{
	return !is_number(t, text) || (text[0] >= '1' && text[0] <= '9' && strlen(text) < 19 && !text[strspn(text, "0123456789")]) ||
	    !strcmp(text, "0");
}

static int bind_sealed(struct db *db, sqlite3_stmt *s, int at, const char *text)
{
	size_t len = strlen(text), n;
	unsigned char *sealed = sqlite3_malloc64(len + SEAL_OVERHEAD);

	n = sealed && seal_key_stands(db) ? seal(db, text, len, sealed) : 0;
	if (n)
		return sqlite3_bind_blob64(s, at, sealed, n, sqlite3_free);
	if (sealed)
		fault_note(db, "a secret cannot be sealed");
	sqlite3_free(sealed);
	return SQLITE_NOMEM;
}

void db_bind(struct db *db, sqlite3_stmt *s, int at, const struct gram_table *t, int column,
    const char *text)
{
	const struct gram_type *type = &t->columns[column].type;
	int rc;

	if (!text)
		rc = sqlite3_bind_null(s, at);
	else if (is_number(type, text))
		rc = sqlite3_bind_int64(s, at, strtoll(text, NULL, 10));
	else if (db_is_sealed(type))
		rc = bind_sealed(db, s, at, text);
	else
		rc = sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
	if (rc)
		fault_code(db, rc);
}

void db_bind_text(struct db *db, sqlite3_stmt *s, int at, const char *text)
{
	int rc = sqlite3_bind_text(s, at, text, -1, SQLITE_TRANSIENT);

	if (rc)
		fault_code(db, rc);
}

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

/* The text of a column, or its sealed bytes; NULL: unset, or a fault. Its type is asked first: a text
 * that memory lacks for leaves NULL in its place. */
static const void *column_value(struct db *db, sqlite3_stmt *s, int column, bool secret, size_t *len)
{
	const char *value;

	if (sqlite3_column_type(s, column) == SQLITE_NULL)
		return NULL;
	value = secret ? sqlite3_column_blob(s, column) : (const void *)sqlite3_column_text(s, column);
	if (value)
		*len = secret ? (size_t)sqlite3_column_bytes(s, column) : strlen(value);
	else if (!secret || sqlite3_column_bytes(s, column))
		fault_code(db, SQLITE_NOMEM);
	return value;
}

bool db_copy_row(struct db *db, sqlite3_stmt *s, const struct gram_table *t, struct rowbuf *b)
{
	size_t offsets[GRAM_COLS_MAX], used = 0, len = 0;

	b->row.table = t;
	b->row.values = b->values;
	/* Offsets first: the buffer may move while it grows. */
	for (int i = 0; i < t->n_columns && !db->fault; i++) {
		bool secret = db_is_sealed(&t->columns[i].type);
		const void *value = column_value(db, s, i, secret, &len);

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
	for (int i = 0; i < t->n_columns; i++)
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

void db_finish_statements(struct db *db)
{
	sqlite3_stmt *s;

	while ((s = sqlite3_next_stmt(db->sql, NULL)))
		sqlite3_finalize(s);
}

const struct gram_table *db_table(const struct db *db, const char *name)
{
	return gram_table(db->gram, name);
}

/* ---- reading a row ------------------------------------------------------------- */

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
