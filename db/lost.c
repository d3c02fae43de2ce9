/*
 * Secrets that cannot be unsealed: rows were kept, but not the key they were sealed
 * with (secret.key was removed, or is damaged). Found, counted, and told as lines.
 */
#include <stdio.h>
#include <string.h>

#include "db/lost.h"
#include "db/fault.h"
#include "db/key.h"
#include "db/row.h"
#include "db/sql.h"

static bool has_secrets(const struct gram_table *t)
{
	for (int i = 0; i < t->n_columns; i++)
		if (db_is_sealed(&t->columns[i].type))
			return true;
	return false;
}

/* Calls for each of a table; their number. */
static unsigned lost_of_table(struct db *db, const struct gram_table *t,
    void (*each)(void *ctx, const struct lost *), void *ctx)
{
	sqlite3_stmt *s = db_prepare(db, "%s", sqlite3_sql(db->tables[t->index].all));
	struct rowbuf row = {0};
	unsigned n = 0;

	while (db_next(db, s) && db_copy_row(db, s, t, &row))
		for (int i = 0; i < t->n_columns; i++) {
			struct lost lost = {t, &row, i};

			if (row.values[i] || sqlite3_column_type(s, i) == SQLITE_NULL)
				continue;
			n++;
			if (each)
				each(ctx, &lost);
		}
	sqlite3_finalize(s);
	rowbuf_free(&row);
	return n;
}

unsigned lost_each(struct db *db, void (*each)(void *ctx, const struct lost *), void *ctx)
{
	unsigned n = 0;

	for (unsigned i = 0; i < db->gram->n_tables; i++)
		if (has_secrets(db->gram->tables[i]))
			n += lost_of_table(db, db->gram->tables[i], each, ctx);
	return n;
}

unsigned lost_count(struct db *db)
{
	return lost_each(db, NULL, NULL);
}

static bool sets(const struct gram_command *c, const struct lost *l)
{
	if (c->table != l->table || c->show == SHOW_NEVER)
		return false;
	for (unsigned i = 0; i < c->n_columns; i++)
		if (c->columns[i] == l->column)
			return true;
	return false;
}

/* "tunnel-group X ipsec-attributes / ikev1 pre-shared-key *****" */
void lost_line(struct db *db, const struct lost *l, char *buf, size_t size)
{
	const char *values[GRAM_COLS_MAX];
	struct gram_row row = {values, db_presets(db, l->table, l->row->values)};
	size_t used = 0;

	memcpy(values, l->row->values, sizeof(values));
	values[l->column] = "*****";
	buf[0] = '\0';
	for (unsigned i = 0; i < db->gram->n_commands; i++) {
		const struct gram_command *c = db->gram->commands[i];

		if (!sets(c, l))
			continue;
		for (unsigned k = 0; k < db->gram->n_commands && c->mode != db->gram->config; k++) {
			const struct gram_command *header = db->gram->commands[k];

			if (header->enter != c->mode || header->table != l->table)
				continue;
			used = gram_render(header, &row, RENDER_ALL, NULL, buf, size);
			if (used && used + 4 < size)
				used += (size_t)snprintf(buf + used, size - used, " / ");
			break;
		}
		gram_render(c, &row, RENDER_ALL, NULL, buf + used, size - used);
		return;
	}
	snprintf(buf, size, "%s %s", l->table->name, l->table->columns[l->column].name);
}

bool db_is_lost(struct db *db, const char *table, const char *column, const char *const *keys)
{
	const struct gram_table *t = gram_table(db->gram, table);
	int c = gram_column(t, column);
	sqlite3_stmt *s = db->tables[t->index].select;
	bool lost;

	read_begin(db);
	key_bind(db, s, 1, t, keys);
	lost = db_next(db, s) && db_copy_row(db, s, t, &db->scratch) && !db->scratch.values[c] &&
	    sqlite3_column_type(s, c) != SQLITE_NULL;
	sqlite3_reset(s);
	return !read_end(db) || lost;
}
