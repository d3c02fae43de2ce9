/* Rows one by one: all of a table, those with certain columns, a single one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/fault.h"
#include "db/key.h"
#include "db/row.h"
#include "db/schema.h"
#include "db/sql.h"

static void each_row(struct db *db, const struct gram_table *t,
    void (*each)(void *ctx, const struct db_row *), void *ctx)
{
	sqlite3_stmt *s = db->tables[t->index].all;
	struct rowbuf row = {0};

	while (db_next(db, s) && db_copy_row(db, s, t, &row))
		each(ctx, &row.row);
	sqlite3_reset(s);
	rowbuf_free(&row);
}

bool db_each(struct db *db, const struct gram_table *t,
    void (*each)(void *ctx, const struct db_row *), void *ctx)
{
	read_begin(db);
	for (unsigned i = 0; i < db->gram->n_tables; i++)
		if (!t || db->gram->tables[i] == t)
			each_row(db, db->gram->tables[i], each, ctx);
	return read_end(db);
}

/* How many of the columns are the first of a joined key: rows that begin with them stand together.
 */
static unsigned joined_prefix(const struct gram_table *t, const int *columns, unsigned n)
{
	unsigned p = 0;

	while (key_is_joined(t) && p < n && columns[p] == (int)p && p + 1u < t->n_keys)
		p++;
	return p > 1 ? p : 0; /* for one alone there is the index of the sequence */
}

/* Where the columns are the first of a joined key (`prefix` of them), ?1 and ?2 are what its texts
 * stand between. */
static void where_text(const struct gram_table *t, const int *columns, unsigned n, unsigned prefix,
    sqlite3_str *sql)
{
	if (prefix)
		sqlite3_str_appendf(sql, " WHERE \"" KEY_JOINED "\">? AND \"" KEY_JOINED "\"<?");
	for (unsigned i = prefix; i < n; i++)
		sqlite3_str_appendf(sql, "%s\"%w\"=?", i ? " AND " : " WHERE ",
		    t->columns[columns[i]].name);
}

static struct where *where_new(struct db *db, const struct gram_table *t, const int *columns,
    unsigned n)
{
	struct where *w = calloc(1, sizeof(*w));
	sqlite3_str *sql = db_select_from(db, t);
	sqlite3_stmt *statement;
	unsigned prefix;

	prefix = joined_prefix(t, columns, n);
	where_text(t, columns, n, prefix, sql);
	statement = db_prepare_str(db, sql);
	if (!w || !statement) {
		fault_code(db, SQLITE_NOMEM);
		sqlite3_finalize(statement);
		free(w);
		return NULL;
	}
	w->statement = statement;
	w->prefix = prefix;
	memcpy(w->columns, columns, sizeof(w->columns));
	w->next = db->tables[t->index].wheres;
	db->tables[t->index].wheres = w;
	return w;
}

/* The statement for these columns, bound; NULL on a fault. */
static struct where *where_bound(struct db *db, const struct gram_table *t,
    const char *const *columns, const char *const *texts, unsigned n)
{
	struct where *w = db->tables[t->index].wheres;
	int wanted[DB_WHERE_MAX] = {-1, -1, -1, -1}, at = 1;

	for (unsigned i = 0; i < n; i++)
		wanted[i] = gram_column(t, columns[i]);
	while (w && memcmp(w->columns, wanted, sizeof(wanted)) != 0)
		w = w->next;
	if (!w)
		w = where_new(db, t, wanted, n);
	if (w && w->prefix)
		at = key_bind_prefix(db, w->statement, texts, w->prefix);
	for (unsigned i = w ? w->prefix : n; i < n; i++)
		db_bind(db, w->statement, at++, t, wanted[i], texts[i]);
	return w;
}

bool db_where(struct db *db, const struct gram_table *t, const char *const *columns,
    const char *const *texts, unsigned n, void (*each)(void *ctx, const struct db_row *), void *ctx)
{
	struct where *w;

	read_begin(db);
	w = where_bound(db, t, columns, texts, n);
	while (w && db_next(db, w->statement) && db_copy_row(db, w->statement, t, &w->row))
		each(ctx, &w->row.row);
	if (w) {
		sqlite3_reset(w->statement);
		rowbuf_wipe(&w->row);
	}
	return read_end(db);
}

bool db_any(struct db *db, const struct gram_table *t, const char *const *columns,
    const char *const *texts, unsigned n)
{
	struct where *w;
	bool found;

	read_begin(db);
	w = where_bound(db, t, columns, texts, n);
	found = w && db_next(db, w->statement);
	if (w)
		sqlite3_reset(w->statement);
	return read_end(db) && found;
}

bool db_ranges(struct db *db, const struct gram_table *t, const char *column, uint32_t address,
    void (*each)(void *ctx, const struct db_row *), void *ctx)
{
	sqlite3_stmt **s = &db->tables[t->index].ranges;
	struct rowbuf row = {0};

	read_begin(db);
	if (!*s) {
		sqlite3_str *sql = db_select_from(db, t);

		sqlite3_str_appendf(sql,
		    " WHERE range_first(\"%w\")<=? ORDER BY range_first(\"%w\") DESC "
		    "LIMIT 2",
		    column, column);
		*s = db_prepare_str(db, sql);
	}
	sqlite3_bind_int64(*s, 1, address);
	while (db_next(db, *s) && db_copy_row(db, *s, t, &row))
		each(ctx, &row.row);
	sqlite3_reset(*s);
	rowbuf_free(&row);
	return read_end(db);
}

bool db_find(struct db *db, const char *table, const char *const *keys, unsigned n,
    void (*each)(void *ctx, const struct db_row *), void *ctx)
{
	const struct gram_table *t = gram_table(db->gram, table);
	struct rowbuf row = {0};
	bool found;

	read_begin(db);
	found = t && t->n_keys == n && db_select(db, t, keys, &row);
	if (found)
		each(ctx, &row.row);
	rowbuf_free(&row);
	read_end(db);
	return found;
}

bool db_get(struct db *db, const char *table, const char *column, const char *const *keys,
    unsigned n, char *buf, size_t size)
{
	const struct gram_table *t = gram_table(db->gram, table);
	struct rowbuf row = {0};
	const char *text = NULL;

	read_begin(db);
	if (t && t->n_keys == n && db_select(db, t, keys, &row))
		text = db_text(&row.row, column);
	if (text)
		snprintf(buf, size, "%s", text);
	rowbuf_free(&row);
	read_end(db);
	return text != NULL;
}
