/*
 * Row operations of one line: write, take back, remove; with the references
 * that a row keeps and the ones that keep it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"
#include "db/key.h"

static const char *write_text(struct gram_out *out, const char *text, size_t len)
{
	if (out && len)
		out->write(out->ctx, text, len);
	return text + len;
}

void say_text(struct db *db, const char *text, const char *name)
{
	const char *hole = strstr(text, "%s");

	if (db->fault) /* what was read may be wrong, and what is said of it */
		return;
	if (hole) {
		write_text(db->out, text, (size_t)(hole - text));
		write_text(db->out, name, strlen(name));
		text = hole + 2;
	}
	write_text(db->out, text, strlen(text));
	write_text(db->out, "\n", 1);
}

/* ---- columns ----------------------------------------------------------------------- */

void put_column(struct db *db, const struct gram_table *t, const char *const *keys,
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

/* All of them at once, the row made if need be: values of the keys, of the columns, the joined key. */
static sqlite3_stmt *upsert(struct db *db, const struct gram_command *c)
{
	sqlite3_stmt **s = &db->upserts[c->index];
	const struct gram_table *t = c->table;
	int columns[GRAM_COLS_MAX], n;
	sqlite3_str *sql;

	if (*s)
		return *s;
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
	sqlite3_str_appendf(sql, ") ON CONFLICT DO %s", n ? "UPDATE SET " : "NOTHING");
	for (int i = 0; i < n; i++)
		sqlite3_str_appendf(sql, "%s\"%w\"=excluded.\"%w\"", i ? "," : "",
		    t->columns[columns[i]].name, t->columns[columns[i]].name);
	*s = db_prepare_str(db, sql);
	return *s;
}

/* ---- references ------------------------------------------------------------------------ */

static bool target_exists(struct db *db, const struct gram_type *type, const char *name)
{
	const struct gram_table *t = type->target;
	int column = type->target_column;
	sqlite3_stmt **s = &db->tables[t->index].has[column];
	bool found;

	if (t->n_keys == 1 && column == 0)
		return db_select(db, t, &name, NULL);
	if (!*s)
		*s = db_prepare(db, "SELECT 1 FROM t%u_%s WHERE \"%w\"=? LIMIT 1", t->index, t->name,
		    t->columns[column].name);
	db_bind(db, *s, 1, t, column, name);
	found = db_next(db, *s);
	sqlite3_reset(*s);
	return found;
}

static bool is_extra(const struct gram_type *t, const char *word)
{
	for (unsigned i = 0; i < t->n_extra; i++)
		if (!strcmp(t->extra[i], word))
			return true;
	return false;
}

bool store_each_word(const struct gram_type *type, const char *value,
    bool (*each)(struct db *, const struct gram_type *, const char *word), struct db *db)
{
	char word[GRAM_LINE_MAX];

	if (!type->list_max)
		return each(db, type, value);
	while (*value) {
		size_t len = strcspn(value, " ");

		memcpy(word, value, len);
		word[len] = '\0';
		if (!each(db, type, word))
			return false;
		value += len + (value[len] == ' ');
	}
	return true;
}

bool store_word_known(struct db *db, const struct gram_type *type, const char *word)
{
	if (is_extra(type, word) || target_exists(db, type, word))
		return true;
	snprintf(db->unknown, sizeof(db->unknown), "%s", word);
	return false;
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
		    !store_each_word(type, v, store_word_known, s->db))
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
		if (!store_each_word(type, v, store_word_known, s->db)) {
			*bad = i;
			return false;
		}
	}
	return true;
}

/* Is the name still used over there? */
static bool used_by(struct db *db, const struct reference *r, const char *name)
{
	const struct gram_table *t = r->table;
	const char *column = t->columns[r->column].name;
	sqlite3_stmt *s = db_prepare(db, t->columns[r->column].type.list_max
		? "SELECT 1 FROM t%u_%s WHERE instr(' '||\"%w\"||' ', ' '||?||' ') LIMIT 1"
		: "SELECT 1 FROM t%u_%s WHERE \"%w\"=? LIMIT 1", t->index, t->name, column);
	bool used;

	db_bind_text(db, s, 1, name);
	used = db_next(db, s);
	sqlite3_finalize(s);
	return used;
}

/* Column `column` is ?2 instead of ?1. */
static sqlite3_stmt *prepare_rename(struct db *db, const struct gram_table *t, int column)
{
	const char *name = t->columns[column].name;
	sqlite3_str *sql = sqlite3_str_new(db->sql);

	sqlite3_str_appendf(sql, "UPDATE OR REPLACE t%u_%s SET \"%w\"=?2", t->index, t->name, name);
	if (key_is_joined(t)) {
		sqlite3_str_appendf(sql, ", \"" KEY_JOINED "\"=");
		key_expression(t, column, sql);
	}
	sqlite3_str_appendf(sql, " WHERE \"%w\"=?1", name);
	return db_prepare_str(db, sql);
}

/* A name has gone (or is `now` another): rows that go along with it. */
static void cascade(struct db *db, const struct reference *r, const char *name, const char *now)
{
	const struct gram_table *t = r->table;
	const char *column = t->columns[r->column].name;
	sqlite3_stmt *s;

	if (now)
		s = prepare_rename(db, t, r->column);
	else if (r->column < t->n_keys)
		s = db_prepare(db, "DELETE FROM t%u_%s WHERE \"%w\"=?1", t->index, t->name, column);
	else
		s = db_prepare(db, "UPDATE t%u_%s SET \"%w\"=NULL WHERE \"%w\"=?1", t->index, t->name,
		    column, column);
	db_bind_text(db, s, 1, name);
	if (now)
		db_bind_text(db, s, 2, now);
	db->renaming = now != NULL;
	db_step(db, s);
	db->renaming = false;
	sqlite3_finalize(s);
}

/* Column `column` of a row held `name` and does not any more (`now`: what it holds). False: it is
 * in use. Called after the change. */
static bool name_gone(struct db *db, const struct gram_table *t, int column, const char *name,
    const char *now, bool ask)
{
	const struct table *table = &db->tables[t->index];
	struct gram_type type = {.target = t, .target_column = column};

	if (!table->referred[column] || !name || !*name || target_exists(db, &type, name))
		return true;
	for (unsigned i = 0; i < table->n_references; i++) {
		const struct reference *r = &table->references[i];

		if (r->target != column)
			continue;
		if (r->kind == REF_CASCADE) {
			cascade(db, r, name, now);
		} else if (ask && r->kind == REF_STRICT && used_by(db, r, name)) {
			say_text(db, t->inuse ? t->inuse : "ERROR: %s is being used", name);
			return false;
		}
	}
	return true;
}

static bool names_gone(struct db *db, const struct gram_table *t, const struct rowbuf *before,
    const char *const *now, bool ask)
{
	for (int i = 0; i < t->n_columns; i++)
		if (!same_text(before->values[i], now ? now[i] : NULL) &&
		    !name_gone(db, t, i, before->values[i], now ? now[i] : NULL, ask))
			return false;
	return true;
}

static bool any_referred(const struct table *t)
{
	for (int i = 0; i < t->gram->n_columns; i++)
		if (t->referred[i])
			return true;
	return false;
}

/* ---- sequences (access lists) --------------------------------------------------------------- */

static void sequence_shift(struct db *db, const struct gram_table *t, const char *group,
    const char *from, int by)
{
	const char *column = t->columns[t->sequence].name;
	sqlite3_stmt *s = db_prepare(db, "UPDATE t%u_%s SET \"%w\"=\"%w\"+(%d) WHERE \"%w\"=? AND "
	    "\"%w\">=?", t->index, t->name, column, column, by, t->columns[0].name, column);

	db_bind(db, s, 1, t, 0, group);
	db_bind(db, s, 2, t, t->sequence, from);
	db_step(db, s);
	sqlite3_finalize(s);
}

/* The first place behind the group's rows. */
static long long sequence_end(struct store *s)
{
	const struct gram_table *t = s->table;
	struct table *table = &s->db->tables[t->index];
	long long end = 1;

	if (table->known == s->db->taken_back + 1 && !strcmp(table->group, s->values[0]))
		return table->end;
	if (!table->next)
		table->next = db_prepare(s->db, "SELECT ifnull(max(\"%w\"),0)+1 FROM t%u_%s WHERE "
		    "\"%w\"=?", t->columns[t->sequence].name, t->index, t->name, t->columns[0].name);
	db_bind(s->db, table->next, 1, t, 0, s->values[0]);
	if (db_next(s->db, table->next))
		end = sqlite3_column_int64(table->next, 0);
	sqlite3_reset(table->next);
	return end;
}

/* A row was added at the place `end`. */
static void sequence_added(struct store *s, long long end)
{
	struct table *table = &s->db->tables[s->table->index];
	size_t len = strlen(s->values[0]);

	if (len >= sizeof(table->group))
		return;
	memcpy(table->group, s->values[0], len + 1);
	table->end = end + 1;
	table->known = s->db->taken_back + 1;
}

/* A row typed again stays where it is; a new one goes where it is typed, at most to the end. */
static void find_place(struct store *s, char place[24])
{
	const char *was = s->existed ? s->db->before.values[s->table->sequence] : NULL;
	const char *typed = s->values[s->table->sequence];
	long long end = s->existed ? 0 : sequence_end(s);

	s->moves = typed && strtoll(typed, NULL, 10) < end;
	if (s->existed)
		snprintf(place, 24, "%s", was ? was : "1");
	else if (s->moves)
		snprintf(place, 24, "%s", typed);
	else
		snprintf(place, 24, "%lld", end);
	s->values[s->table->sequence] = place;
}

/* ---- removing and resetting --------------------------------------------------------------------- */

bool store_delete(struct db *db, const struct gram_table *t, const char *const *keys, bool ask)
{
	struct table *table = &db->tables[t->index];
	char *const *presets = db_presets(db, t, keys);
	bool all[GRAM_COLS_MAX];

	if (presets || t->single) {
		memset(all, true, sizeof(all));
		store_reset(db, t, keys, all);
		return true;
	}
	if (!any_referred(table) && t->sequence < 0) {
		key_bind(db, table->delete, 1, t, keys);
		return db_step(db, table->delete);
	}
	if (!db_select(db, t, keys, &db->scratch))
		return true;
	key_bind(db, table->delete, 1, t, keys);
	db_step(db, table->delete);
	if (t->sequence >= 0)
		sequence_shift(db, t, keys[0], db->scratch.values[t->sequence], -1);
	return names_gone(db, t, &db->scratch, NULL, ask);
}

/* Nothing of the row but its keys is left. */
static bool is_empty(const struct gram_table *t, const struct rowbuf *row)
{
	for (int i = t->n_keys; i < t->n_columns; i++)
		if (!same_text(row->values[i], gram_default(t, i, NULL)))
			return false;
	return true;
}

static void maybe_vanish(struct db *db, const struct gram_table *t, const char *const *keys)
{
	if (t->vanish && db_select(db, t, keys, &db->scratch) && is_empty(t, &db->scratch) &&
	    !db_presets(db, t, keys))
		store_delete(db, t, keys, false);
}

void store_reset(struct db *db, const struct gram_table *t, const char *const *keys,
    const bool *columns)
{
	char *const *presets = db_presets(db, t, keys);

	for (int i = t->n_keys; i < t->n_columns; i++)
		if (columns[i])
			put_column(db, t, keys, i, gram_default(t, i, presets));
	maybe_vanish(db, t, keys);
}

/* ---- the line ------------------------------------------------------------------------------------- */

/* What a negated line puts into its columns. */
static void off_values(struct store *s)
{
	const struct gram_command *c = s->command;

	for (int i = 0; i < s->table->n_columns; i++) {
		bool flag = s->table->columns[i].type.kind == KIND_BOOL;

		if (s->table->columns[i].key || !s->own[i])
			continue;
		if (s->defaulted || c->no == NO_BLOCK)
			s->values[i] = gram_default(s->table, i, s->presets);
		else if (flag && (c->n_columns == 1 || c->no == NO_CLEAR))
			s->values[i] = "0";
		else if (c->no == NO_CLEAR)
			s->values[i] = NULL;
		else
			s->values[i] = gram_default(s->table, i, s->presets);
	}
}

/* `no` of a block: the columns of all lines of the mode that it enters. */
void store_own_block(struct store *s)
{
	const struct gram_mode *m = s->command->enter;

	for (unsigned i = 0; m && i < m->n_commands; i++)
		for (unsigned k = 0; m->commands[i]->table == s->table && k < m->commands[i]->n_columns; k++)
			s->own[m->commands[i]->columns[k]] = true;
}

static enum stored missing(struct store *s, const char *text)
{
	if (!text)
		text = s->table->missing;
	if (!text && s->negated)
		return STORED_OK;
	say_text(s->db, text ? text : "ERROR: %s does not exist", s->name);
	return STORED_REFUSED;
}

static enum stored store_off(struct store *s)
{
	struct db *db = s->db;

	if (!db_select(db, s->table, s->values, &db->before))
		return missing(s, s->command->existing_text);
	s->existed = true;
	if (s->command->no == NO_DELETE && s->presets && s->table->builtin && s->negated) {
		say_text(db, s->table->builtin, s->name);
		return STORED_REFUSED;
	}
	if (s->command->no == NO_DELETE)
		return store_delete(db, s->table, s->values, true) ? STORED_OK : STORED_REFUSED;
	if (s->command->no == NO_BLOCK)
		store_own_block(s);
	off_values(s);
	for (int i = s->table->n_keys; i < s->table->n_columns; i++)
		if (s->own[i]) {
			put_column(db, s->table, s->values, i, s->values[i]);
			if (db->tables[s->table->index].referred[i] &&
			    !name_gone(db, s->table, i, db->before.values[i], s->values[i], true))
				return STORED_REFUSED;
		}
	maybe_vanish(db, s->table, s->values);
	return STORED_OK;
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
			put_column(s->db, s->table, s->values, i, s->values[i]);
}

const char *store_value(const struct store *s, int column)
{
	bool written = column < s->table->n_keys || column == s->table->sequence || is_own(s->command, column);

	if (written)
		return s->values[column];
	return db_is_sealed(&s->table->columns[column].type) ? NULL : gram_default(s->table, column, NULL);
}

static void write_row(struct store *s)
{
	sqlite3_stmt *stmt = upsert(s->db, s->command);
	int columns[GRAM_COLS_MAX], n = written_columns(s->command, columns), n_keys = s->table->n_keys;

	s->db->inserting = s->existed || s->command->enter ? NULL : s;
	for (int k = 0; k < n_keys; k++)
		db_bind(s->db, stmt, k + 1, s->table, k, s->values[k]);
	for (int i = 0; i < n; i++)
		db_bind(s->db, stmt, n_keys + 1 + i, s->table, columns[i], s->values[columns[i]]);
	if (key_is_joined(s->table))
		key_bind_joined(s->db, stmt, n_keys + 1 + n, s->table, s->values);
	db_step(s->db, stmt);
	s->db->inserting = NULL;
	s->written = true;
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

	if (s->moves)
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

	if (db->held ? single : single && !before && !db->boot[0] && !db->history.used)
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
		write_row(s);
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
		    !name_gone(s->db, s->table, c->columns[i], before->values[c->columns[i]],
			s->values[c->columns[i]], true))
			return false;
	return true;
}

static enum stored store_on(struct store *s, int *bad)
{
	struct db *db = s->db;
	const struct gram_command *c = s->command;
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
	s->existed = before && db_select(db, s->table, s->values, before == BEFORE_ROW ? &db->before : NULL);
	if (c->existing && !s->existed)
		return missing(s, c->existing_text);
	if (s->existed && c->differ_text && differs(s, &db->before)) {
		say_text(db, c->differ_text, s->name);
		return STORED_REFUSED;
	}
	if (s->table->sequence >= 0)
		find_place(s, place);
	if (!guard(s, before))
		return STORED_REFUSED;
	if (s->moves)
		sequence_shift(db, s->table, s->values[0], place, 1);
	write_row(s);
	put_others(s);
	if (s->table->sequence >= 0 && !s->existed && !s->moves)
		sequence_added(s, strtoll(place, NULL, 10));
	if (before && !s->existed && c->create_text)
		say_text(db, c->create_text, s->name);
	return s->existed && before == BEFORE_ROW && !old_names_gone(s) ? STORED_REFUSED : STORED_OK;
}

enum stored store_row(struct store *s, int *bad)
{
	if (!s->negated && !s->defaulted)
		return store_on(s, bad);
	s->guarded = true;
	return line_begin(s->db) ? store_off(s) : STORED_REFUSED;
}

/* ---- presets -------------------------------------------------------------------------------------- */

bool store_presets(struct db *db)
{
	const struct gram *g = db->gram;
	bool ok = true;

	for (unsigned i = 0; i < g->n_tables; i++)
		if (g->tables[i]->single) {
			char *sql = sqlite3_mprintf("INSERT OR IGNORE INTO t%u_%s(id) VALUES(1)", i,
			    g->tables[i]->name);

			ok = db_exec(db, sql) && ok;
			sqlite3_free(sql);
		}
	for (unsigned i = 0; i < g->n_presets; i++) {
		const struct gram_preset *p = &g->presets[i];
		const struct gram_table *t = p->table;
		sqlite3_str *sql = sqlite3_str_new(db->sql);
		sqlite3_stmt *s;

		sqlite3_str_appendf(sql, "INSERT OR IGNORE INTO t%u_%s VALUES(", t->index, t->name);
		for (int c = 0; c < t->n_columns + key_is_joined(t); c++)
			sqlite3_str_appendf(sql, c ? ",?" : "?");
		sqlite3_str_appendf(sql, ")");
		s = db_prepare_str(db, sql);
		if (key_is_joined(t))
			key_bind_joined(db, s, t->n_columns + 1, t, (const char *const *)p->values);
		for (int c = 0; c < t->n_columns; c++)
			db_bind(db, s, c + 1, t, c, gram_default(t, c, p->values));
		ok = db_step(db, s) && ok;
		sqlite3_finalize(s);
	}
	return ok;
}
