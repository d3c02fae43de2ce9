/*
 * What stands ready while a database is open: the statements of each table, the
 * hooks, and who refers to whom.
 */
#include <stdlib.h>
#include <string.h>

#include "db/prepare.h"
#include "db/change.h"
#include "db/fault.h"
#include "db/key.h"
#include "db/sql.h"

static void prepare_table(struct db *db, struct table *t)
{
	const struct gram_table *g = t->gram;
	sqlite3_str *select = db_select_from(db, g), *all = db_select_from(db, g), *delete;

	delete = sqlite3_str_new(db->sql);
	key_where(g, select);
	sqlite3_str_appendf(delete, "DELETE FROM t%u_%s", g->index, g->name);
	key_where(g, delete);
	for (int i = 0; i < g->n_order && !g->created_order; i++)
		sqlite3_str_appendf(
		    all, "%s\"%w\"", i ? "," : " ORDER BY ", g->columns[g->order[i]].name);
	if (g->created_order)
		sqlite3_str_appendf(all, " ORDER BY rowid");
	t->select = db_prepare_str(db, select);
	t->all = db_prepare_str(db, all);
	t->delete = db_prepare_str(db, delete);
}

static bool add_reference(struct db *db, const struct gram_table *target, const struct reference *r)
{
	struct table *to = &db->tables[target->index];
	struct reference *more = realloc(to->references, (to->n_references + 1) * sizeof(*more));

	if (!more) {
		fault_code(db, SQLITE_NOMEM);
		return false;
	}
	to->references = more;
	to->references[to->n_references++] = *r;
	to->referred[r->target] = to->referred[r->target] || r->kind != REF_FORWARD;
	return true;
}

static bool find_references_of(struct db *db, const struct gram_table *t)
{
	for (int c = 0; c < t->n_columns; c++) {
		const struct gram_type *type = &t->columns[c].type;

		if (type->kind == KIND_REF &&
		    !add_reference(db, type->target,
			&(struct reference){t, c, type->target_column, type->ref, NULL}))
			return false;
	}
	for (unsigned i = 0; i < t->n_renamed; i++) {
		const struct gram_renamed *r = &t->renamed[i];

		if (!add_reference(db, r->target,
			&(struct reference){t, r->column, r->target_column, REF_RENAMED, r}))
			return false;
	}
	return true;
}

static bool find_references(struct db *db)
{
	const struct gram *g = db->gram;

	for (unsigned i = 0; i < g->n_tables; i++)
		if (!find_references_of(db, g->tables[i]))
			return false;
	for (unsigned i = 0; i < g->n_presets; i++)
		db->tables[g->presets[i].table->index].presets = true;
	return true;
}

static db_function *find_function(const struct db *db, const char *name)
{
	const struct db_named_function *f = db->config.functions;

	for (; name && f && f->name; f++)
		if (!strcmp(f->name, name))
			return f->function;
	return NULL;
}

bool prepare_all(struct db *db)
{
	const struct gram *g = db->gram;

	for (unsigned i = 0; i < g->n_tables; i++)
		prepare_table(db, &db->tables[i]);
	for (unsigned i = 0; i < g->n_commands; i++) {
		db->stores[i] = find_function(db, g->commands[i]->store);
		db->checks[i] = find_function(db, g->commands[i]->check);
	}
	db->begin = db_prepare(db, "BEGIN IMMEDIATE");
	db->commit = db_prepare(db, "COMMIT");
	db->rollback = db_prepare(db, "ROLLBACK");
	db->save = db_prepare(db, "SAVEPOINT line");
	db->release = db_prepare(db, "RELEASE line");
	db->back = db_prepare(db, "ROLLBACK TO line");
	sqlite3_preupdate_hook(db->sql, change_hook, db);
	sqlite3_commit_hook(db->sql, fault_commit_hook, db);
	return find_references(db) && !db->fault;
}
