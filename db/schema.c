/*
 * The tables of the grammar: t<number>_<name>, with the rows that exist from the
 * start.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/schema.h"
#include "db/key.h"
#include "db/sql.h"

static void append_default(sqlite3_str *sql, const struct gram_column *c)
{
	char *end;
	long long n;

	if (!c->preset || db_is_sealed(&c->type))
		return;
	n = strtoll(c->preset, &end, 10);
	if (!*end && !c->type.list_max && (c->type.kind == KIND_INT || c->type.kind == KIND_BOOL))
		sqlite3_str_appendf(sql, " DEFAULT %lld", n);
	else
		sqlite3_str_appendf(sql, " DEFAULT %Q", c->preset);
}

static bool create_table(struct db *db, const struct gram_table *t)
{
	sqlite3_str *sql = sqlite3_str_new(db->sql);
	char *text;
	bool ok;

	/* (quick_check looks for NOT NULL in a wrong column where the first are not the primary
	 * key.) */
	sqlite3_str_appendf(sql, "CREATE TABLE t%u_%s(", t->index, t->name);
	for (int i = 0; i < t->n_columns; i++) {
		sqlite3_str_appendf(sql, "%s\"%w\"%s", i ? ", " : "", t->columns[i].name,
		    t->columns[i].key && !key_is_joined(t) ? " NOT NULL" : "");
		append_default(sql, &t->columns[i]);
	}
	if (t->single) {
		sqlite3_str_appendf(sql, ", id INTEGER PRIMARY KEY CHECK(id=1))");
	} else if (key_is_joined(t)) {
		sqlite3_str_appendf(
		    sql, ", \"" KEY_JOINED "\" PRIMARY KEY NOT NULL) WITHOUT ROWID");
	} else {
		sqlite3_str_appendf(sql, ", %s(", t->created_order ? "UNIQUE" : "PRIMARY KEY");
		for (int k = 0; k < t->n_keys; k++)
			sqlite3_str_appendf(sql, "%s\"%w\"", k ? "," : "", t->columns[k].name);
		sqlite3_str_appendf(sql, t->created_order ? "))" : ")) WITHOUT ROWID");
	}
	/* For the highest number of a list, asked at each of its lines. */
	if (t->sequence >= 0)
		sqlite3_str_appendf(sql, "; CREATE INDEX i%u_%s ON t%u_%s(\"%w\", \"%w\")",
		    t->index, t->name, t->index, t->name, t->columns[0].name,
		    t->columns[t->sequence].name);
	for (int i = 0; i < t->n_columns; i++)
		if (t->columns[i].type.kind == KIND_RANGE)
			sqlite3_str_appendf(sql,
			    "; CREATE INDEX r%u_%d ON t%u_%s(range_first(\"%w\"))", t->index, i,
			    t->index, t->name, t->columns[i].name);
	/* For db_each_set(), asked at each line that the keeper may have to do with. */
	for (int i = t->n_keys; i < t->n_columns && gram_notifies(t, "keeper"); i++)
		if (t->columns[i].type.kind == KIND_WORD)
			sqlite3_str_appendf(sql,
			    "; CREATE INDEX s%u_%d ON t%u_%s(\"%w\") WHERE \"%w\" IS NOT NULL",
			    t->index, i, t->index, t->name, t->columns[i].name, t->columns[i].name);
	text = sqlite3_str_finish(sql);
	ok = db_exec(db, text);
	sqlite3_free(text);
	return ok;
}

/* Drops the tables of whatever grammar was here before, and makes ours. */
bool schema_make(struct db *db)
{
	sqlite3_stmt *s = db_prepare(db,
	    "SELECT group_concat('DROP TABLE \"'||name||'\"', ';') FROM "
	    "sqlite_master WHERE type='table' AND name GLOB 't[0-9]*_*'");
	bool some = db_next(db, s) && sqlite3_column_type(s, 0) != SQLITE_NULL, ok = true;
	char *drops = some ? sqlite3_mprintf("%s", sqlite3_column_text(s, 0)) : NULL;

	sqlite3_finalize(s);
	if (some)
		ok = db_exec(db, drops);
	sqlite3_free(drops);
	for (unsigned i = 0; ok && i < db->gram->n_tables; i++)
		ok = create_table(db, db->gram->tables[i]);
	return ok && db_exec(db, "DELETE FROM startup_error");
}

bool schema_presets(struct db *db)
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

/* range_first('10.0.0.1-10.0.0.9'): its first address as a number, for the order of ranges. */
void schema_range_first(sqlite3_context *c, int n, sqlite3_value **v)
{
	const char *text = (const char *)sqlite3_value_text(v[0]);
	char first[INET_ADDRSTRLEN];
	struct in_addr a;

	(void)n;
	if (!text)
		return;
	snprintf(first, sizeof(first), "%.*s", (int)strcspn(text, "-"), text);
	if (inet_pton(AF_INET, first, &a) == 1)
		sqlite3_result_int64(c, ntohl(a.s_addr));
}
