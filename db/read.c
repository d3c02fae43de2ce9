/* Rows one by one: all of a table, those of a range, a single one. */
#include <stdio.h>
#include <string.h>

#include "db/fault.h"
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

/* Those rows, in the order of all. */
static sqlite3_stmt *prepare_set(struct db *db, const struct gram_table *t, int column)
{
	const char *all = sqlite3_sql(db->tables[t->index].all);
	const char *order = strstr(all, " ORDER BY ");
	int head = (int)(order ? (size_t)(order - all) : strlen(all));

	return db_prepare(db, "%.*s INDEXED BY s%u_%d WHERE \"%w\" IS NOT NULL%s", head, all,
	    t->index, column, t->columns[column].name, order ? order : "");
}

bool db_each_set(struct db *db, const struct gram_table *t, const char *column,
    void (*each)(void *ctx, const struct db_row *), void *ctx)
{
	int c = gram_column(t, column);
	sqlite3_stmt **s = &db->tables[t->index].set[c];
	struct rowbuf row = {0};

	read_begin(db);
	if (!*s)
		*s = prepare_set(db, t, c);
	while (db_next(db, *s) && db_copy_row(db, *s, t, &row))
		each(ctx, &row.row);
	sqlite3_reset(*s);
	rowbuf_free(&row);
	return read_end(db);
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
