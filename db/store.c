/*
 * The row of one line written: what it has to know of the row before, its references,
 * and the way back when it is refused after all.
 */
#include <stdlib.h>
#include <string.h>

#include "db/store.h"
#include "db/change.h"
#include "db/key.h"
#include "db/reference.h"
#include "db/remove.h"
#include "db/row.h"
#include "db/say.h"
#include "db/sequence.h"
#include "db/sql.h"
#include "db/transaction.h"

static bool is_own(const struct gram_command *c, int column)
{
	for (unsigned i = 0; i < c->n_columns; i++)
		if (c->columns[i] == column)
			return true;
	return false;
}

/* The columns that a line of the command writes: its own, and its place in a sequence. */
static int written_columns(const struct gram_command *c, int columns[GRAM_COLS_MAX])
{
	int n = 0;

	for (; n < c->n_columns; n++)
		columns[n] = c->columns[n];
	if (c->table->sequence >= 0 && !is_own(c, c->table->sequence))
		columns[n++] = c->table->sequence;
	return n;
}

/* All of them at once: values of the keys, of the columns, the joined key. A row that is there is
 * changed, or (`make`) left alone. */
static struct writer *writer(struct db *db, const struct gram_command *c, bool make)
{
	struct writer *w = make ? &db->inserts[c->index] : &db->upserts[c->index];
	const struct gram_table *t = c->table;
	int columns[GRAM_COLS_MAX], n;
	sqlite3_str *sql;

	if (w->statement)
		return w;
	n = written_columns(c, columns);
	sql = sqlite3_str_new(db->sql);
	sqlite3_str_appendf(sql, "INSERT INTO t%u_%s(", t->index, t->name);
	for (int k = 0; k < t->n_keys; k++)
		sqlite3_str_appendf(sql, "%s\"%w\"", k ? "," : "", t->columns[k].name);
	if (t->single)
		sqlite3_str_appendf(sql, "id");
	for (int i = 0; i < n; i++)
		sqlite3_str_appendf(sql, ",\"%w\"", t->columns[columns[i]].name);
	sqlite3_str_appendf(sql, "%s) VALUES(%s", key_is_joined(t) ? ",\"" KEY_JOINED "\"" : "",
	    t->single ? "1" : "");
	for (int i = 0; i < t->n_keys + n + key_is_joined(t); i++)
		sqlite3_str_appendf(sql, i || t->single ? ",?" : "?");
	sqlite3_str_appendf(sql, ") ON CONFLICT DO %s", n && !make ? "UPDATE SET " : "NOTHING");
	for (int i = 0; i < n && !make; i++)
		sqlite3_str_appendf(sql, "%s\"%w\"=excluded.\"%w\"", i ? "," : "",
		    t->columns[columns[i]].name, t->columns[columns[i]].name);
	w->statement = db_prepare_str(db, sql);
	return w;
}

/* Most keys of an access list are empty on every line. */
static void bind_value(struct store *s, struct writer *w, int at, int column)
{
	const char *value = s->values[column];
	uint64_t bit = at < 64 ? UINT64_C(1) << at : 0;

	if (value && !*value) {
		if (w->empty & bit)
			return;
		value = ""; /* lives longer */
	}
	db_bind(s->db, w->statement, at, s->table, column, value);
	if (value && !*value && w->statement && !s->db->fault &&
	    !db_is_sealed(&s->table->columns[column].type))
		w->empty |= bit;
	else
		w->empty &= ~bit;
}

/* A name typed that may come later: where the line has a text for it, it is said. */
static void say_not_yet(struct store *s)
{
	const struct gram_command *c = s->command;

	for (int i = 0; c->unknown_text && i < s->table->n_columns; i++) {
		const struct gram_type *type = &s->table->columns[i].type;
		const char *v = s->values[i];

		if (type->kind == KIND_REF && type->later && v && *v &&
		    (s->own[i] || s->table->columns[i].key) &&
		    !reference_each_word(type, v, reference_known, s->db))
			say_text(s->db, c->unknown_text, s->db->unknown);
	}
}

/* Every reference of the row to something that must exist. *bad: the column that fails. */
static bool references_known(struct store *s, int *bad)
{
	for (int i = 0; i < s->table->n_columns; i++) {
		const struct gram_type *type = &s->table->columns[i].type;
		const char *v = s->values[i];

		if (type->kind != KIND_REF || type->later || !v || !*v)
			continue;
		if ((!s->own[i] && !s->table->columns[i].key) ||
		    same_text(v, gram_default(s->table, i, s->presets)))
			continue;
		if (!reference_each_word(type, v, reference_known, s->db)) {
			*bad = i;
			return false;
		}
	}
	return true;
}

static bool differs(const struct store *s, const struct rowbuf *before)
{
	for (unsigned i = 0; i < s->command->n_columns; i++) {
		unsigned c = s->command->columns[i];

		if ((int)c != s->table->sequence && !same_text(before->values[c], s->values[c]))
			return true;
	}
	return false;
}

/* Columns that a `store` function added. */
static void put_others(struct store *s)
{
	for (int i = s->table->n_keys; i < s->table->n_columns; i++)
		if (!is_own(s->command, i) && i != s->table->sequence && s->own[i])
			row_put(s->db, s->table, s->values, i, s->values[i]);
}

/* The row as it will be when the line makes it: what it writes, and the defaults. */
static void foresee(const struct store *s, const char *made[GRAM_COLS_MAX])
{
	const struct gram_table *t = s->table;

	for (int i = 0; i < t->n_columns; i++) {
		if (i < t->n_keys || i == t->sequence || is_own(s->command, i))
			made[i] = s->values[i];
		else
			made[i] = db_is_sealed(&t->columns[i].type) ? NULL
								    : gram_default(t, i, NULL);
	}
}

/* `make`: unless it is there. */
static void write_row(struct store *s, bool make)
{
	struct writer *w = writer(s->db, s->command, make);
	int columns[GRAM_COLS_MAX], n = written_columns(s->command, columns),
				    n_keys = s->table->n_keys;
	const char *made[GRAM_COLS_MAX];

	for (int k = 0; k < n_keys; k++)
		bind_value(s, w, k + 1, k);
	for (int i = 0; i < n; i++)
		bind_value(s, w, n_keys + 1 + i, columns[i]);
	if (key_is_joined(s->table))
		key_bind_joined(s->db, w->statement, n_keys + 1 + n, s->table, s->values);
	if (!s->existed && !s->command->enter) {
		foresee(s, made);
		s->db->made = (struct db_row){s->table, made};
	}
	db_step(s->db, w->statement);
	s->db->made.table = NULL;
	s->written = !make || sqlite3_changes(s->db->sql) || s->db->fault;
}

/* What the line has to know of the row before it: nothing, that it is there, or all of it. */
enum before { BEFORE_NOTHING, BEFORE_EXISTS, BEFORE_ROW };

static enum before needs_before(const struct store *s)
{
	const struct gram_command *c = s->command;
	const struct table *t = &s->db->tables[s->table->index];

	if (c->differ_text || c->check || s->table->sequence >= 0)
		return BEFORE_ROW;
	for (unsigned i = 0; i < c->n_columns; i++)
		if (t->referred[c->columns[i]])
			return BEFORE_ROW;
	return c->existing || c->create_text ? BEFORE_EXISTS : BEFORE_NOTHING;
}

/* Is the row written by one statement, and nothing else? */
static bool is_single(const struct store *s)
{
	const struct table *t = &s->db->tables[s->table->index];

	if (s->moves || (s->command->enter && s->command->enter->data))
		return false;
	for (int i = s->table->n_keys; i < s->table->n_columns; i++)
		if (s->own[i] && !is_own(s->command, i) && i != s->table->sequence)
			return false;
	for (unsigned i = 0; s->existed && i < s->command->n_columns; i++)
		if (t->referred[s->command->columns[i]])
			return false;
	return true;
}

/* Before the first thing is written: a way back, unless nothing can refuse the line any more, or
 * the one statement that it is can be taken back by another (store_back()). */
static bool guard(struct store *s, enum before before)
{
	struct db *db = s->db;
	bool single = is_single(s);

	if (db->held ? single : single && !before && !db->boot[0] && !db->history.text.len)
		return true;
	s->guarded = true;
	return line_begin(db);
}

bool store_end(struct store *s, bool ok, unsigned mark)
{
	struct db *db = s->db;

	if (s->guarded)
		return line_end(db, ok, mark);
	if (ok || !s->written || db->fault)
		return ok && !db->fault;
	if (s->existed) {
		memcpy(s->values, db->before.values, s->table->n_columns * sizeof(*s->values));
		write_row(s, false);
	} else {
		key_bind(db, db->tables[s->table->index].delete, 1, s->table, s->values);
		db_step(db, db->tables[s->table->index].delete);
	}
	change_back(db, mark);
	return false;
}

/* Names that have gone from a row that was there. */
static bool old_names_gone(struct store *s)
{
	const struct gram_command *c = s->command;
	struct rowbuf *before = &s->db->before;

	for (unsigned i = 0; i < c->n_columns; i++)
		if (!same_text(before->values[c->columns[i]], s->values[c->columns[i]]) &&
		    !reference_gone(s->db, s->table, c->columns[i], before->values[c->columns[i]],
			s->values[c->columns[i]], true))
			return false;
	return true;
}

/* Lines of a file make one row after another: then a row is not looked for, but made, and looked
 * for when it is there. True: it was not; what the line does is done. */
static bool make_row(struct store *s, char place[24])
{
	const struct table *table = &s->db->tables[s->table->index];
	const char *typed = s->table->sequence >= 0 ? s->values[s->table->sequence] : NULL;

	if (!table->makes || !s->db->held || s->command->existing || !is_single(s))
		return false;
	if (s->table->sequence >= 0)
		sequence_place(s, place);
	if (!s->moves)
		write_row(s, true);
	if (!s->written && s->table->sequence >= 0)
		s->values[s->table->sequence] = typed;
	s->moves = false;
	return s->written;
}

static enum stored store_on(struct store *s, int *bad)
{
	struct db *db = s->db;
	const struct gram_command *c = s->command;
	struct table *table = &db->tables[s->table->index];
	enum before before;
	char place[24];

	if (!references_known(s, bad)) {
		if (!c->unknown_text)
			return STORED_UNKNOWN;
		say_text(db, c->unknown_text, db->unknown);
		return STORED_REFUSED;
	}
	say_not_yet(s);
	before = needs_before(s);
	s->existed = before && !make_row(s, place) &&
		     db_select(db, s->table, s->values, before == BEFORE_ROW ? &db->before : NULL);
	table->makes = before ? !s->existed : table->makes;
	if (c->existing && !s->existed)
		return store_missing(s, c->existing_text);
	if (s->existed && c->differ_text && differs(s, &db->before)) {
		say_text(db, c->differ_text, s->name);
		return STORED_REFUSED;
	}
	if (s->table->sequence >= 0 && !s->written)
		sequence_place(s, place);
	if (!s->written && !guard(s, before))
		return STORED_REFUSED;
	if (s->moves)
		sequence_shift(db, s->table, s->values[0], place, 1);
	if (!s->written)
		write_row(s, false);
	put_others(s);
	if (s->table->sequence >= 0 && !s->existed && !s->moves)
		sequence_added(s, strtoll(place, NULL, 10));
	if (before && !s->existed && c->create_text)
		say_text(db, c->create_text, s->name);
	return s->existed && before == BEFORE_ROW && !old_names_gone(s) ? STORED_REFUSED
									: STORED_OK;
}

/* A line that is on while its row is not there (`logging message N`): `no` makes the row. */
static bool is_off_by_row(struct store *s)
{
	struct db *db = s->db;

	return s->negated && !s->defaulted && s->command->no == NO_CLEAR && s->table->vanish &&
	    !db_select(db, s->table, s->values, &db->before) && !db_fault(db);
}

enum stored store_row(struct store *s, int *bad)
{
	if (is_off_by_row(s)) {
		store_off_values(s);
		return store_on(s, bad);
	}
	if (!s->negated && !s->defaulted)
		return store_on(s, bad);
	s->guarded = true;
	return line_begin(s->db) ? store_off(s) : STORED_REFUSED;
}
