/*
 * Rows by the texts of certain columns: a statement for each set of columns that is
 * asked for, made when it first is, and what is known of its last answer.
 */
#include <stdlib.h>
#include <string.h>

#include "db/where.h"
#include "db/fault.h"
#include "db/key.h"
#include "db/known.h"
#include "db/row.h"
#include "db/sql.h"

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
	if (t->created_order)
		sqlite3_str_appendf(sql, " ORDER BY rowid");
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

/* The statement for these columns; NULL on a fault. */
static struct where *where_of(
    struct db *db, const struct gram_table *t, const int *columns, unsigned n)
{
	struct where *w = db->tables[t->index].wheres;
	int wanted[DB_WHERE_MAX] = {-1, -1, -1, -1};

	memcpy(wanted, columns, n * sizeof(*columns));
	while (w && memcmp(w->columns, wanted, sizeof(wanted)) != 0)
		w = w->next;
	return w ? w : where_new(db, t, wanted, n);
}

static struct where *where_named(
    struct db *db, const struct gram_table *t, const char *const *columns, unsigned n)
{
	int wanted[DB_WHERE_MAX] = {0};

	for (unsigned i = 0; i < n; i++)
		wanted[i] = gram_column(t, columns[i]);
	return where_of(db, t, wanted, n);
}

static void bind(struct db *db, struct where *w, const struct gram_table *t,
    const char *const *texts, unsigned n)
{
	int at = 1;

	if (w->prefix)
		at = key_bind_prefix(db, w->statement, texts, w->prefix);
	for (unsigned i = w->prefix; i < n; i++)
		db_bind(db, w->statement, at++, t, w->columns[i], texts[i]);
}

bool db_where(struct db *db, const struct gram_table *t, const char *const *columns,
    const char *const *texts, unsigned n, void (*each)(void *ctx, const struct db_row *), void *ctx)
{
	struct where *w;

	read_begin(db);
	w = where_named(db, t, columns, n);
	if (w)
		bind(db, w, t, texts, n);
	while (w && db_next(db, w->statement) && db_copy_row(db, w->statement, t, &w->row))
		each(ctx, &w->row.row);
	if (w) {
		sqlite3_reset(w->statement);
		rowbuf_wipe(&w->row);
	}
	return read_end(db);
}

/* Is there such a row? Asked of SQLite, unless the last answer still holds. */
static bool is_there(struct db *db, struct where *w, const struct gram_table *t,
    const char *const *texts, unsigned n)
{
	bool found;

	if (!w || known_answer(db, w, texts, &found))
		return w && found;
	bind(db, w, t, texts, n);
	found = db_next(db, w->statement);
	sqlite3_reset(w->statement);
	known_keep(db, w, texts, found);
	return found;
}

bool db_any(struct db *db, const struct gram_table *t, const char *const *columns,
    const char *const *texts, unsigned n)
{
	bool found;

	read_begin(db);
	found = is_there(db, where_named(db, t, columns, n), t, texts, n);
	return read_end(db) && found;
}

bool where_has(struct db *db, const struct gram_table *t, int column, const char *text)
{
	return is_there(db, where_of(db, t, &column, 1), t, &text, 1);
}
