/*
 * Taking back: a row removed with what belongs to it, columns put back to their
 * defaults, and the row vanished where nothing of it is left.
 */
#include <string.h>

#include "db/remove.h"
#include "db/key.h"
#include "db/reference.h"
#include "db/row.h"
#include "db/say.h"
#include "db/sequence.h"
#include "db/sql.h"

/* The rows of `in` that share the keys of a row of `t`, and what goes with them. */
static void delete_within(struct db *db, const struct gram_table *t, const char *const *keys,
    const struct gram_table *in)
{
	sqlite3_str *sql = sqlite3_str_new(db->sql);
	sqlite3_stmt *s;

	sqlite3_str_appendf(sql, "DELETE FROM t%u_%s", in->index, in->name);
	for (int k = 0; k < t->n_keys; k++)
		sqlite3_str_appendf(
		    sql, "%s\"%w\"=?", k ? " AND " : " WHERE ", t->columns[k].name);
	s = db_prepare_str(db, sql);
	for (int k = 0; k < t->n_keys; k++)
		db_bind(db, s, k + 1, t, k, keys[k]);
	db_step(db, s);
	sqlite3_finalize(s);
}

static void remove_below(struct db *db, const struct gram_table *t, const char *const *keys,
    const char *above)
{
	for (unsigned i = 0; i < db->gram->n_tables; i++) {
		const struct gram_table *in = db->gram->tables[i];

		if (!in->within || strcmp(in->within, above) != 0)
			continue;
		remove_below(db, t, keys, in->name);
		delete_within(db, t, keys, in);
	}
}

void remove_within(struct db *db, const struct gram_table *t, const char *const *keys)
{
	remove_below(db, t, keys, t->name);
}

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
	remove_within(db, t, keys);
	if (!reference_any(table) && t->sequence < 0) {
		key_bind(db, table->delete, 1, t, keys);
		return db_step(db, table->delete);
	}
	if (!db_select(db, t, keys, &db->scratch))
		return true;
	key_bind(db, table->delete, 1, t, keys);
	db_step(db, table->delete);
	if (t->sequence >= 0)
		sequence_shift(db, t, keys[0], db->scratch.values[t->sequence], -1);
	return references_gone(db, t, &db->scratch, NULL, ask);
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
			row_put(db, t, keys, i, gram_default(t, i, presets));
	maybe_vanish(db, t, keys);
}

void store_off_values(struct store *s)
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
		for (unsigned k = 0;
		     m->commands[i]->table == s->table && k < m->commands[i]->n_columns; k++)
			s->own[m->commands[i]->columns[k]] = true;
}

enum stored store_missing(struct store *s, const char *text)
{
	if (!text)
		text = s->table->missing;
	if (!text && s->negated)
		return STORED_OK;
	say_text(s->db, text ? text : "ERROR: %s does not exist", s->name);
	return STORED_REFUSED;
}

enum stored store_off(struct store *s)
{
	struct db *db = s->db;

	if (!db_select(db, s->table, s->values, &db->before))
		return store_missing(s, s->command->existing_text);
	s->existed = true;
	if (s->command->no == NO_DELETE && s->presets && s->table->builtin && s->negated) {
		say_text(db, s->table->builtin, s->name);
		return STORED_REFUSED;
	}
	if (s->command->no == NO_DELETE || s->command->no == NO_OFF)
		return store_delete(db, s->table, s->values, true) ? STORED_OK : STORED_REFUSED;
	if (s->command->no == NO_BLOCK)
		store_own_block(s);
	store_off_values(s);
	for (int i = s->table->n_keys; i < s->table->n_columns; i++)
		if (s->own[i]) {
			row_put(db, s->table, s->values, i, s->values[i]);
			if (db->tables[s->table->index].referred[i] &&
			    !reference_gone(
				db, s->table, i, db->before.values[i], s->values[i], true))
				return STORED_REFUSED;
		}
	maybe_vanish(db, s->table, s->values);
	return STORED_OK;
}
