/*
 * Secrets that cannot be unsealed: rows were kept, but not the key they were
 * sealed with (secret.key was removed, or is damaged). They are never taken for
 * unset ones without a word: the startup-config has its secrets in clear, so what
 * it has for the same rows is taken from there; the others are told, and stay as
 * they are, in case the key comes back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "db/internal.h"
#include "db/key.h"

/* One of them, while its row is at hand. */
struct lost {
	const struct gram_table *table;
	const struct rowbuf *row; /* as it is read: the secret unset */
	int column;
};

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

static unsigned each_lost(struct db *db, void (*each)(void *ctx, const struct lost *), void *ctx)
{
	unsigned n = 0;

	for (unsigned i = 0; i < db->gram->n_tables; i++)
		if (has_secrets(db->gram->tables[i]))
			n += lost_of_table(db, db->gram->tables[i], each, ctx);
	return n;
}

unsigned lost_count(struct db *db)
{
	return each_lost(db, NULL, NULL);
}

/* ---- its line ---------------------------------------------------------------------------- */

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
static void lost_line(struct db *db, const struct lost *l, char *buf, size_t size)
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

/* ---- recovery ------------------------------------------------------------------------------ */

struct recovery {
	struct db *db, *startup; /* ours; the startup-config in a database of its own */
	unsigned found, left;
};

static void recover_one(void *ctx, const struct lost *l)
{
	struct recovery *r = ctx;
	char line[2 * GRAM_LINE_MAX];
	bool found = r->startup && db_select(r->startup, l->table, l->row->values, &r->startup->scratch) &&
	    r->startup->scratch.values[l->column];

	lost_line(r->db, l, line, sizeof(line));
	if (found)
		put_column(r->db, l->table, l->row->values, l->column,
		    r->startup->scratch.values[l->column]);
	r->found += found;
	r->left += !found;
	db_note(r->db, found ? "the secret of '%s' was lost with secret.key and is that of the "
	    "startup-config again" : "the secret of '%s' was lost with secret.key: it is unset until it is "
	    "entered again", line);
}

static struct db *open_startup(struct db *of)
{
	size_t len;
	char *text = db_startup_text(of, &len);
	struct db *db = text ? db_open_scratch(of) : NULL;

	if (!text && errno != ENOENT)
		fault_note(of, "the startup-config cannot be read");
	if (db)
		db_apply(db, text, len, 15, DB_APPLY_WHOLE, NULL);
	if (text)
		OPENSSL_cleanse(text, len);
	free(text);
	return db;
}

unsigned db_recover(struct db *db)
{
	struct recovery r = {.db = db};

	call_begin(db);
	db->recording = false; /* nobody has been told of these rows yet */
	if (lost_count(db)) {
		r.startup = open_startup(db);
		if (line_begin(db))
			each_lost(db, recover_one, &r);
		if (!line_end(db, true, 0))
			db_note(db, "the secrets of the startup-config cannot be taken over: %s", db->fault);
		db_close(r.startup);
	}
	db->recording = true;
	call_end(db);
	return r.left;
}
