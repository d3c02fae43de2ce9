/*
 * Kept lines: those of the device's that this appliance stores and shows, and does not act on. A
 * row is found by the words that decide (`kept` of the grammar): the same line twice is one row,
 * and another value for the same words takes its place. With `no off` a line with `no` before it is
 * a row as well. Where a mode's lines are data, each is a row of its own, numbered.
 */
#include "db/kept.h"

#include <stdio.h>
#include <string.h>

#include "db/remove.h"
#include "db/row.h"
#include "db/say.h"
#include "db/sql.h"

static int kept_column(const struct gram_table *t)
{
	for (int i = t->n_keys; i < t->n_columns; i++)
		if (t->columns[i].type.kept)
			return i;
	return -1;
}

static void put_column(struct work *w, int column, const char *text)
{
	db_put(&w->line, w->store.table->columns[column].name, text);
}

/* The number of the next line of data: rows with the same keys but the last. */
static void number_data(struct work *w)
{
	struct store *s = &w->store;
	const struct gram_table *t = s->table;
	sqlite3_str *sql = sqlite3_str_new(s->db->sql);
	sqlite3_stmt *count;
	char number[16];

	sqlite3_str_appendf(sql, "SELECT count(*) FROM t%u_%s", t->index, t->name);
	for (int k = 0; k < t->n_keys - 1; k++)
		sqlite3_str_appendf(
		    sql, "%s\"%w\"=?", k ? " AND " : " WHERE ", t->columns[k].name);
	count = db_prepare_str(s->db, sql);
	for (int k = 0; k < t->n_keys - 1; k++)
		db_bind(s->db, count, k + 1, t, k, s->values[k]);
	snprintf(number, sizeof(number), "%06d",
	    db_next(s->db, count) ? sqlite3_column_int(count, 0) + 1 : 0);
	sqlite3_finalize(count);
	put_column(w, t->n_keys - 1, number);
}

static void masked_write(void *ctx, const char *text, size_t len)
{
	text_addn(ctx, text, len);
}

/* `*****` is what was shown where a secret stands: pasted back, it means the one that is stored. */
static void restore_secrets(struct work *w, int column)
{
	struct store *s = &w->store;
	struct rowbuf *row = &s->db->scratch;
	struct text shown = {0};
	struct gram_out out = {masked_write, &shown};

	if (!strchr(s->values[column], '*') ||
	    !db_select(s->db, s->table, s->values, row) || !row->values[column])
		return;
	gram_mask_kept(s->command, row->values[column], &out);
	if (!strcmp(text_str(&shown), s->values[column]))
		put_column(w, column, row->values[column]);
	text_free(&shown);
}

void kept_line(struct work *w)
{
	struct store *s = &w->store;
	const struct gram_command *c = s->command;
	int column;

	if (!c->kept)
		return;
	column = kept_column(s->table);
	if (c->mode->data) {
		number_data(w);
		return;
	}
	if (s->negated && c->no == NO_OFF) {
		db_put(&w->line, "off", "1");
		s->negated = w->line.negated = false;
	}
	if (s->values[column])
		restore_secrets(w, column);
}

/* The keywords that the line begins with. */
static void say_kept(struct db *db, const struct gram_match *m)
{
	char name[160] = "";
	size_t used = 0;

	for (unsigned i = 0; i < m->n_keywords && used < sizeof(name); i++)
		used += (size_t)snprintf(name + used, sizeof(name) - used, "%s%s", i ? " " : "",
		    m->keywords[i]);
	say_text(db, "INFO: \"%s\" is kept in the configuration; this appliance does not act on it",
	    name);
}

void kept_stored(struct work *w)
{
	struct store *s = &w->store;
	const struct gram_command *c = s->command;
	struct db *db = s->db;

	if (!c->kept || s->negated || s->defaulted)
		return;
	if (c->enter && c->enter->data)
		remove_within(db, s->table, s->values);
	if (c->acted)
		return;
	if (db->counting)
		db->kept++;
	else if (!c->mode->row || !c->mode->row->keeps)
		say_kept(db, w->match);
}
