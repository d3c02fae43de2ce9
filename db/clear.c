/*
 * `clear configure`: everything, or what the words typed after it begin. Words
 * that are a whole line take that line back, as `default LINE` does; words that
 * only begin lines take back all those. What is cleared is what was named:
 * "all" comes from the word `all` alone (gram_match.family_all).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/clear.h"
#include "db/fault.h"
#include "db/key.h"
#include "db/line.h"
#include "db/reference.h"
#include "db/remove.h"
#include "db/row.h"
#include "db/say.h"
#include "db/schema.h"
#include "db/sql.h"

static void clear_all(struct db *db)
{
	for (unsigned i = 0; i < db->gram->n_tables; i++) {
		char *sql = sqlite3_mprintf(
		    "DELETE FROM t%u_%s WHERE 1", i, db->gram->tables[i]->name);

		db_exec(db, sql);
		sqlite3_free(sql);
	}
	schema_presets(db);
}

/* Is it one of the lines that a text was made of? */
static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (; text; text = strchr(text, '\n'), text += text != NULL)
		if (strncmp(text, line, len) == 0 && (!text[len] || text[len] == '\n'))
			return true;
	return false;
}

/* Does the row have the value typed? A password is kept as its hash, and no row tells it. */
static bool has_value(
    const struct gram_table *t, const struct gram_arg *a, const struct rowbuf *row)
{
	enum gram_kind kind;

	if (a->column < 0)
		return true;
	kind = t->columns[a->column].type.kind;
	if (kind == KIND_SECRET || kind == KIND_HASH || t->columns[a->column].type.kept ||
	    a->column == t->sequence)
		return true;
	return same_text(row->values[a->column], a->text) ||
	    (kind == KIND_TEXT && has_line(row->values[a->column], a->text));
}

/* What `set` of the command says is part of its lines. */
static bool is_named(const struct gram_branch *b, const struct rowbuf *row)
{
	const struct gram_command *c = b->command;

	for (unsigned i = 0; i < b->n_args; i++)
		if (!has_value(c->table, &b->args[i], row))
			return false;
	for (unsigned i = 0; i < c->n_set; i++)
		if (!same_text(row->values[c->set[i].column], c->set[i].value))
			return false;
	/* By a keyword, perhaps not typed yet. The head of a block says of which kind its row
	 * is. */
	for (int k = 0; k < (c->enter ? c->table->n_columns : c->table->n_keys); k++) {
		const char *bound = gram_bound(c, k);

		if (bound && !same_text(row->values[k], bound))
			return false;
	}
	return true;
}

/* A list of key texts of rows, collected before they are changed. */
struct key_list {
	char **rows;
	unsigned n;
};

static bool key_list_add(
    struct key_list *list, const struct gram_table *t, const struct rowbuf *row)
{
	char packed[2 * GRAM_LINE_MAX], *keys, **rows;
	size_t len = key_pack(t, row->values, packed, sizeof(packed));

	keys = malloc(len + 1);
	rows = keys ? realloc(list->rows, (list->n + 1) * sizeof(char *)) : NULL;
	if (!rows) {
		free(keys);
		return false;
	}
	memcpy(keys, packed, len);
	list->rows = rows;
	list->rows[list->n++] = keys;
	return true;
}

static void key_list_free(struct key_list *list)
{
	for (unsigned i = 0; i < list->n; i++)
		free(list->rows[i]);
	free(list->rows);
}

static void collect(struct db *db, const struct gram_branch *b, struct key_list *list)
{
	const struct gram_table *t = b->command->table;
	sqlite3_stmt *s = db->tables[t->index].all;

	while (db_next(db, s) && db_copy_row(db, s, t, &db->scratch))
		if (is_named(b, &db->scratch) && !key_list_add(list, t, &db->scratch)) {
			fault_code(db, SQLITE_NOMEM);
			break;
		}
	sqlite3_reset(s);
}

/* All lines of the command that the words begin go back. The number of rows that had some. */
static unsigned clear_begun(struct db *db, const struct gram_branch *b)
{
	const struct gram_command *c = b->command;
	struct store s = {.db = db, .command = c, .table = c->table};
	struct key_list list = {0};
	unsigned n;

	for (unsigned i = 0; i < c->n_columns; i++)
		s.own[c->columns[i]] = true;
	if (c->no == NO_BLOCK)
		store_own_block(&s);
	collect(db, b, &list);
	for (unsigned i = 0; i < list.n; i++) {
		/* Of rows with places the last first: then none has to move. */
		unsigned at = c->table->sequence < 0 ? i : list.n - 1 - i;
		const char *keys[GRAM_KEYS_MAX];

		key_unpack(c->table, list.rows[at], keys);
		if (c->no == NO_DELETE || c->no == NO_OFF)
			store_delete(db, c->table, keys, false);
		else
			store_reset(db, c->table, keys, s.own);
	}
	n = list.n;
	key_list_free(&list);
	return n;
}

/* Is there a row that has all that was typed? */
static bool stands(struct db *db, const struct gram_branch *b)
{
	struct key_list list = {0};
	bool any;

	collect(db, b, &list);
	any = list.n > 0;
	key_list_free(&list);
	return any;
}

/* `default LINE`, in a savepoint of its own. `*n` counts what was there to take back. */
static bool clear_whole(struct db *db, const struct gram_branch *b, unsigned *n)
{
	struct gram_match *m;
	struct parse_state at;
	bool ok;

	if (!stands(db, b))
		return true;
	m = calloc(1, sizeof(*m));
	if (!m) {
		fault_code(db, SQLITE_NOMEM);
		return false;
	}
	++*n;
	m->command = b->command;
	m->defaulted = true;
	m->level = 1;
	m->n_args = b->n_args;
	memcpy(m->args, b->args, b->n_args * sizeof(b->args[0]));
	parse_state_init(&at, db->gram, true);
	ok = line_store(db, &at, m, "", 0);
	free(m);
	return ok;
}

static bool dangling_word(struct db *db, const struct gram_type *type, const char *word)
{
	if (reference_known(db, type, word))
		return true;
	say_text(db, type->target->inuse ? type->target->inuse : "ERROR: %s is being used", word);
	return false;
}

/* After much has gone: no strict reference may point at nothing. */
static bool nothing_dangles(struct db *db, const struct gram_table *target)
{
	const struct table *table = &db->tables[target->index];
	bool ok = true;

	for (unsigned i = 0; ok && i < table->n_references; i++) {
		const struct reference *r = &table->references[i];
		const struct gram_type *type = &r->table->columns[r->column].type;
		sqlite3_stmt *s = db->tables[r->table->index].all;

		while (ok && r->kind == REF_STRICT && !type->later && db_next(db, s) &&
		    db_copy_row(db, s, r->table, &db->scratch)) {
			const char *v;

			v = db->scratch.values[r->column];
			if (v && *v && !same_text(v, gram_default(r->table, r->column, NULL)))
				ok = reference_each_word(type, v, dangling_word, db);
		}
		sqlite3_reset(s);
	}
	return ok;
}

/* Rows that are known by a name of that table which nothing has: they may come before it, as
 * members of a group do. The last such name, if any, is put into `name`. */
static unsigned loose_rows(struct db *db, const struct gram_table *target, char name[256])
{
	const struct table *table = &db->tables[target->index];
	unsigned n = 0;

	for (unsigned i = 0; i < table->n_references; i++) {
		const struct reference *r = &table->references[i];
		const struct gram_type *type = &r->table->columns[r->column].type;
		sqlite3_stmt *s = db->tables[r->table->index].all;

		while (type->later && r->column < r->table->n_keys && db_next(db, s) &&
		    db_copy_row(db, s, r->table, &db->scratch)) {
			const char *v = db->scratch.values[r->column];

			if (!v || !*v || reference_known(db, type, v))
				continue;
			n++;
			snprintf(name, 256, "%s", v);
		}
		sqlite3_reset(s);
	}
	return n;
}

static unsigned all_loose_rows(struct db *db, const struct gram_match *m, char name[256])
{
	unsigned n = 0;

	for (unsigned i = 0; i < m->n_branches; i++)
		n += loose_rows(db, m->branches[i].command->table, name);
	return n;
}

static bool clear_branches(struct db *db, const struct gram_match *m)
{
	char name[256] = "";
	unsigned n = 0, typed = 0, loose = all_loose_rows(db, m, name);

	for (unsigned i = 0; i < m->n_branches; i++) {
		const struct gram_branch *b = &m->branches[i];

		for (unsigned k = 0; k < b->n_args; k++)
			typed += b->args[k].type != NULL; /* not what a keyword stands for */
		if (!b->whole)
			n += clear_begun(db, b);
		else if (!clear_whole(db, b, &n))
			return false;
	}
	if (!n && typed) {
		say_text(db, "ERROR: the configuration has no such line", "");
		return false;
	}
	for (unsigned i = 0; i < m->n_branches; i++)
		if (!nothing_dangles(db, m->branches[i].command->table))
			return false;
	if (all_loose_rows(db, m, name) > loose) {
		const struct gram_table *t = m->branches[0].command->table;

		say_text(db, t->inuse ? t->inuse : "ERROR: %s is being used", name);
		return false;
	}
	return true;
}

bool store_clear(struct db *db, const struct gram_match *m)
{
	if (m && !m->family_all)
		return clear_branches(db, m);
	clear_all(db);
	return true;
}
