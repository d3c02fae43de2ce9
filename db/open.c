/*
 * Opening the running database: the schema from the grammar, the key, and the
 * question whether the rows are still those of this boot and this grammar.
 * Tables t<number>_<name> hold the configuration; meta, startup_error and
 * revision are the database's own and outlive a change of the grammar.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/internal.h"

static const char own_schema[] =
    /* One process owns the file: with the lock held for good no statement has to ask for it. */
    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY; BEGIN;"
    "CREATE TABLE IF NOT EXISTS meta(name PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS startup_error(number INTEGER, line TEXT);"
    "CREATE TABLE IF NOT EXISTS revision(number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER,"
    " who TEXT, checksum TEXT, text BLOB); COMMIT;";

static bool get_meta(struct db *db, const char *name, char *buf, size_t size)
{
	sqlite3_stmt *s = db_prepare(db, "SELECT value FROM meta WHERE name=%Q", name);
	bool found = sqlite3_step(s) == SQLITE_ROW;

	if (found)
		snprintf(buf, size, "%s", (const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	return found;
}

static void put_meta(struct db *db, const char *name, const char *value)
{
	char *sql = sqlite3_mprintf("INSERT OR REPLACE INTO meta VALUES(%Q, %Q)", name, value);

	db_exec(db, sql);
	sqlite3_free(sql);
}

/* ---- schema -------------------------------------------------------------------------- */

static void append_default(sqlite3_str *sql, const struct gram_column *c)
{
	char *end;
	long long n;

	if (!c->preset || c->type.kind == KIND_SECRET || c->type.kind == KIND_HASH)
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

	sqlite3_str_appendf(sql, "CREATE TABLE t%u_%s(", t->index, t->name);
	for (int i = 0; i < t->n_columns; i++) {
		sqlite3_str_appendf(sql, "%s\"%w\"%s", i ? ", " : "", t->columns[i].name,
		    t->columns[i].key ? " NOT NULL" : "");
		append_default(sql, &t->columns[i]);
	}
	if (t->single) {
		sqlite3_str_appendf(sql, ", id INTEGER PRIMARY KEY CHECK(id=1))");
	} else {
		sqlite3_str_appendf(sql, ", %s(", t->created_order ? "UNIQUE" : "PRIMARY KEY");
		for (int k = 0; k < t->n_keys; k++)
			sqlite3_str_appendf(sql, "%s\"%w\"", k ? "," : "", t->columns[k].name);
		sqlite3_str_appendf(sql, t->created_order ? "))" : ")) WITHOUT ROWID");
	}
	/* For the highest number of a list, asked at each of its lines. */
	if (t->sequence >= 0)
		sqlite3_str_appendf(sql, "; CREATE INDEX i%u_%s ON t%u_%s(\"%w\", \"%w\")", t->index,
		    t->name, t->index, t->name, t->columns[0].name, t->columns[t->sequence].name);
	for (int i = 0; i < t->n_columns; i++)
		if (t->columns[i].type.kind == KIND_RANGE)
			sqlite3_str_appendf(sql, "; CREATE INDEX r%u_%d ON t%u_%s(range_first(\"%w\"))",
			    t->index, i, t->index, t->name, t->columns[i].name);
	text = sqlite3_str_finish(sql);
	ok = text && db_exec(db, text);
	sqlite3_free(text);
	return ok;
}

/* Drops the tables of whatever grammar was here before, and makes ours. */
static bool fresh_schema(struct db *db)
{
	sqlite3_stmt *s = db_prepare(db, "SELECT group_concat('DROP TABLE \"'||name||'\"', ';') FROM "
	    "sqlite_master WHERE type='table' AND name GLOB 't[0-9]*_*'");
	char *drops = NULL;
	bool ok = true;

	if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_text(s, 0))
		drops = strdup((const char *)sqlite3_column_text(s, 0));
	sqlite3_finalize(s);
	if (drops)
		ok = db_exec(db, drops);
	free(drops);
	for (unsigned i = 0; ok && i < db->gram->n_tables; i++)
		ok = create_table(db, db->gram->tables[i]);
	return ok && db_exec(db, "DELETE FROM startup_error");
}

/* ---- statements and references --------------------------------------------------------- */

static void prepare_table(struct db *db, struct table *t)
{
	const struct gram_table *g = t->gram;
	char columns[GRAM_COLS_MAX * 64] = "", where[GRAM_KEYS_MAX * 80] = " WHERE id=1";
	char order[GRAM_KEYS_MAX * 80] = "";
	size_t used = 0, n = 0, o = 0;

	for (int i = 0; i < g->n_columns; i++)
		used += (size_t)snprintf(columns + used, sizeof(columns) - used, "%s\"%s\"",
		    i ? "," : "", g->columns[i].name);
	for (int k = 0; k < g->n_keys; k++)
		n += (size_t)snprintf(where + n, sizeof(where) - n, "%s\"%s\"=?", k ? " AND " : " WHERE ",
		    g->columns[k].name);
	for (int i = 0; i < g->n_order; i++)
		o += (size_t)snprintf(order + o, sizeof(order) - o, "%s\"%s\"",
		    i ? "," : " ORDER BY ", g->columns[g->order[i]].name);
	if (g->created_order)
		snprintf(order, sizeof(order), " ORDER BY rowid");
	t->select = db_prepare(db, "SELECT %s FROM t%u_%s%s", columns, g->index, g->name, where);
	t->all = db_prepare(db, "SELECT %s FROM t%u_%s%s", columns, g->index, g->name, order);
	t->delete = db_prepare(db, "DELETE FROM t%u_%s%s", g->index, g->name, where);
}

static void find_references(struct db *db)
{
	const struct gram *g = db->gram;

	for (unsigned i = 0; i < g->n_tables; i++)
		for (int c = 0; c < g->tables[i]->n_columns; c++) {
			const struct gram_type *type = &g->tables[i]->columns[c].type;
			struct table *to;

			if (type->kind != KIND_REF)
				continue;
			to = &db->tables[type->target->index];
			to->references = realloc(to->references,
			    (to->n_references + 1) * sizeof(*to->references));
			if (!to->references)
				abort();
			to->references[to->n_references++] = (struct reference){g->tables[i], c,
				type->target_column, type->ref};
			to->referred[type->target_column] = to->referred[type->target_column] ||
			    type->ref != REF_FORWARD;
		}
	for (unsigned i = 0; i < g->n_presets; i++)
		db->tables[g->presets[i].table->index].presets = true;
}

static db_function *find_function(const struct db *db, const char *name)
{
	const struct db_named_function *f = db->config.functions;

	for (; name && f && f->name; f++)
		if (!strcmp(f->name, name))
			return f->function;
	return NULL;
}

static void prepare_all(struct db *db)
{
	const struct gram *g = db->gram;

	for (unsigned i = 0; i < g->n_tables; i++)
		prepare_table(db, &db->tables[i]);
	for (unsigned i = 0; i < g->n_commands; i++) {
		db->stores[i] = find_function(db, g->commands[i]->store);
		db->checks[i] = find_function(db, g->commands[i]->check);
	}
	find_references(db);
	db->begin = db_prepare(db, "BEGIN IMMEDIATE");
	db->commit = db_prepare(db, "COMMIT");
	db->rollback = db_prepare(db, "ROLLBACK");
	db->save = db_prepare(db, "SAVEPOINT line");
	db->release = db_prepare(db, "RELEASE line");
	db->back = db_prepare(db, "ROLLBACK TO line");
}

/* range_first('10.0.0.1-10.0.0.9'): its first address as a number, for the order of ranges. */
static void range_first(sqlite3_context *c, int n, sqlite3_value **v)
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

/* ---- opening ------------------------------------------------------------------------------ */

static bool open_file(struct db *db, char *error, size_t size)
{
	char path[4096];
	mode_t mask;
	bool ok, is_new;

	/* Statistics of its memory cost a lock per allocation; harmless when it runs already. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	snprintf(path, sizeof(path), "%s/running.db", db->config.dir);
	is_new = access(path, F_OK) != 0;
	mask = umask(077);
	ok = sqlite3_open_v2(path, &db->sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	    SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK;
	if (ok) {
		sqlite3_db_config(db->sql, SQLITE_DBCONFIG_LOOKASIDE, NULL, 2048, 200);
		sqlite3_create_function(db->sql, "range_first", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
		    NULL, range_first, NULL, NULL);
		sqlite3_busy_timeout(db->sql, 2000); /* a predecessor that is just going */
		/* A file that is just being made holds nothing that a power failure could take. */
		ok = db_exec(db, is_new ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=NORMAL") &&
		    db_exec(db, own_schema);
	}
	umask(mask);
	if (ok)
		ok = chmod(path, 0600) == 0;
	if (!ok)
		snprintf(error, size, "%s: %s", path, db->sql ? sqlite3_errmsg(db->sql)
							       : strerror(errno));
	return ok;
}

static bool is_broken(const struct db *db)
{
	int code = db->sql ? sqlite3_errcode(db->sql) : SQLITE_OK;

	return code == SQLITE_NOTADB || code == SQLITE_CORRUPT;
}

/* A file that is no database (any more) is put aside, never deleted. */
static void put_aside(struct db *db)
{
	char from[4096], to[4096];
	static const char *const parts[] = {"", "-wal", "-shm"};

	sqlite3_close_v2(db->sql);
	db->sql = NULL;
	for (int i = 0; i < 3; i++) {
		snprintf(from, sizeof(from), "%s/running.db%s", db->config.dir, parts[i]);
		snprintf(to, sizeof(to), "%s/running.db.bad%s", db->config.dir, parts[i]);
		rename(from, to);
	}
}

static struct db *new_db(const struct db_config *config)
{
	const struct gram *g = config->gram;
	struct db *db = calloc(1, sizeof(*db));

	if (!db)
		abort();
	db->config = *config;
	db->gram = g;
	db->tables = calloc(g->n_tables + 1u, sizeof(*db->tables));
	db->upserts = calloc(g->n_commands + 1u, sizeof(*db->upserts));
	db->stores = calloc(g->n_commands + 1u, sizeof(*db->stores));
	db->checks = calloc(g->n_commands + 1u, sizeof(*db->checks));
	if (!db->tables || !db->upserts || !db->stores || !db->checks)
		abort();
	for (unsigned i = 0; i < g->n_tables; i++)
		db->tables[i].gram = g->tables[i];
	return db;
}

/* Rows of the same boot and grammar stay. */
static bool settle(struct db *db, const char *boot_id, enum db_opened *opened)
{
	char version[32], have[256] = "", boot[256] = "", modified[8] = "";

	snprintf(version, sizeof(version), "%016llx", (unsigned long long)db->gram->version);
	get_meta(db, "grammar", have, sizeof(have));
	get_meta(db, "boot", boot, sizeof(boot));
	if (!strcmp(have, version) && !strcmp(boot, boot_id)) {
		*opened = DB_KEPT;
		db->modified = get_meta(db, "modified", modified, sizeof(modified)) && *modified == '1';
		return true;
	}
	*opened = DB_FRESH;
	if (!db_exec(db, "BEGIN IMMEDIATE") || !fresh_schema(db) || !store_presets(db)) {
		db_exec(db, "ROLLBACK");
		return false;
	}
	put_meta(db, "grammar", version);
	put_meta(db, "boot", boot_id);
	put_meta(db, "modified", "0");
	return db_exec(db, "COMMIT") && db_exec(db, "PRAGMA synchronous=NORMAL");
}

struct db *db_open(const struct db_config *config, const char *boot_id, enum db_opened *opened,
    char *error, size_t size)
{
	struct db *db = new_db(config);
	char path[4096];

	if (mkdir(config->dir, 0700) && errno != EEXIST) {
		snprintf(error, size, "%s: %s", config->dir, strerror(errno));
		goto fail;
	}
	snprintf(path, sizeof(path), "%s/secret.key", config->dir);
	if (!seal_key(db, path, error, size))
		goto fail;
	if (!seal_start(db)) {
		snprintf(error, size, "no cipher to seal secrets with");
		goto fail;
	}
	if (!open_file(db, error, size)) {
		if (!is_broken(db))
			goto fail;
		put_aside(db);
		if (!open_file(db, error, size))
			goto fail;
	}
	if (!settle(db, boot_id, opened)) {
		snprintf(error, size, "the running database: %s", sqlite3_errmsg(db->sql));
		goto fail;
	}
	prepare_all(db);
	sqlite3_preupdate_hook(db->sql, change_hook, db);
	db->recording = true;
	return db;
fail:
	db_close(db);
	return NULL;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	if (db->sql) {
		db_finish_statements(db);
		sqlite3_close_v2(db->sql);
	}
	change_free(db);
	for (unsigned i = 0; i < db->gram->n_tables; i++) {
		struct where *next;

		for (struct where *w = db->tables[i].wheres; w; w = next) {
			next = w->next;
			free(w);
		}
		free(db->tables[i].references);
	}
	rowbuf_free(&db->before);
	rowbuf_free(&db->after);
	rowbuf_free(&db->scratch);
	for (int i = 0; i < GRAM_DEPTH_MAX; i++)
		rowbuf_free(&db->child[i]);
	seal_stop(db);
	free(db->tables);
	free(db->upserts);
	free(db->stores);
	free(db->checks);
	free(db);
}

bool db_modified(struct db *db)
{
	return db->modified;
}
