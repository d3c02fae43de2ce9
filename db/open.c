/*
 * Opening the running database: the schema from the grammar, the key, and the
 * question whether the rows are still those of this boot and this grammar.
 * Tables t<number>_<name> hold the configuration; meta, startup_error,
 * revision and history are the database's own and outlive a change of the grammar.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/internal.h"
#include "db/key.h"

#define SCHEMA "2" /* what the tables of one grammar look like; another number: those of another build */

static const char own_schema[] =
    "PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY; BEGIN;"
    "CREATE TABLE IF NOT EXISTS meta(name PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS startup_error(number INTEGER, line TEXT);"
    "CREATE TABLE IF NOT EXISTS revision(number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER,"
    " who TEXT, checksum TEXT, text BLOB);"
    "CREATE TABLE IF NOT EXISTS history(number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER,"
    " who TEXT, source TEXT, text TEXT); COMMIT;";

bool get_meta(struct db *db, const char *name, char *buf, size_t size)
{
	sqlite3_stmt *s = db_prepare(db, "SELECT value FROM meta WHERE name=%Q", name);
	const char *text = db_next(db, s) ? (const char *)sqlite3_column_text(s, 0) : NULL;

	if (text)
		snprintf(buf, size, "%s", text);
	sqlite3_finalize(s);
	return text != NULL;
}

bool put_meta(struct db *db, const char *name, const char *value)
{
	char *sql = sqlite3_mprintf("INSERT OR REPLACE INTO meta VALUES(%Q, %Q)", name, value);
	bool ok = db_exec(db, sql);

	sqlite3_free(sql);
	return ok;
}

void db_note(struct db *db, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (db->config.note)
		db->config.note(db->config.ctx, text);
}

/* ---- schema -------------------------------------------------------------------------- */

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

	/* (quick_check looks for NOT NULL in a wrong column where the first are not the primary key.) */
	sqlite3_str_appendf(sql, "CREATE TABLE t%u_%s(", t->index, t->name);
	for (int i = 0; i < t->n_columns; i++) {
		sqlite3_str_appendf(sql, "%s\"%w\"%s", i ? ", " : "", t->columns[i].name,
		    t->columns[i].key && !key_is_joined(t) ? " NOT NULL" : "");
		append_default(sql, &t->columns[i]);
	}
	if (t->single) {
		sqlite3_str_appendf(sql, ", id INTEGER PRIMARY KEY CHECK(id=1))");
	} else if (key_is_joined(t)) {
		sqlite3_str_appendf(sql, ", \"" KEY_JOINED "\" PRIMARY KEY NOT NULL) WITHOUT ROWID");
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
	ok = db_exec(db, text);
	sqlite3_free(text);
	return ok;
}

/* Drops the tables of whatever grammar was here before, and makes ours. */
static bool fresh_schema(struct db *db)
{
	sqlite3_stmt *s = db_prepare(db, "SELECT group_concat('DROP TABLE \"'||name||'\"', ';') FROM "
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

/* ---- statements and references --------------------------------------------------------- */

static void prepare_table(struct db *db, struct table *t)
{
	const struct gram_table *g = t->gram;
	sqlite3_str *select = db_select_from(db, g), *all = db_select_from(db, g), *delete;

	delete = sqlite3_str_new(db->sql);
	key_where(g, select);
	sqlite3_str_appendf(delete, "DELETE FROM t%u_%s", g->index, g->name);
	key_where(g, delete);
	for (int i = 0; i < g->n_order && !g->created_order; i++)
		sqlite3_str_appendf(all, "%s\"%w\"", i ? "," : " ORDER BY ", g->columns[g->order[i]].name);
	if (g->created_order)
		sqlite3_str_appendf(all, " ORDER BY rowid");
	t->select = db_prepare_str(db, select);
	t->all = db_prepare_str(db, all);
	t->delete = db_prepare_str(db, delete);
}

static bool find_references(struct db *db)
{
	const struct gram *g = db->gram;

	for (unsigned i = 0; i < g->n_tables; i++)
		for (int c = 0; c < g->tables[i]->n_columns; c++) {
			const struct gram_type *type = &g->tables[i]->columns[c].type;
			struct reference *more;
			struct table *to;

			if (type->kind != KIND_REF)
				continue;
			to = &db->tables[type->target->index];
			more = realloc(to->references, (to->n_references + 1) * sizeof(*more));
			if (!more) {
				fault_code(db, SQLITE_NOMEM);
				return false;
			}
			to->references = more;
			to->references[to->n_references++] = (struct reference){g->tables[i], c,
				type->target_column, type->ref};
			to->referred[type->target_column] = to->referred[type->target_column] ||
			    type->ref != REF_FORWARD;
		}
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

static bool prepare_all(struct db *db)
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

static bool open_file(struct db *db, const char *path)
{
	bool ok, is_new = access(path, F_OK) != 0;
	mode_t mask;
	int rc;

	/* Statistics of its memory cost a lock per allocation; harmless when it runs already. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	mask = umask(077);
	rc = sqlite3_open_v2(path, &db->sql, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	    SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_db_config(db->sql, SQLITE_DBCONFIG_LOOKASIDE, NULL, 2048, 200);
		rc = sqlite3_create_function(db->sql, "range_first", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
		    NULL, range_first, NULL, NULL);
		sqlite3_busy_timeout(db->sql, 2000); /* a predecessor that is just going */
	}
	if (rc)
		fault_code(db, rc);
	/* A file that is just being made holds nothing that a power failure could take. */
	ok = !rc &&
	    /* One process owns the file: with the lock held for good no statement has to ask for it. */
	    db_exec(db, "PRAGMA locking_mode=EXCLUSIVE") && db_exec(db, is_new ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=NORMAL") &&
	    db_exec(db, own_schema);
	umask(mask);
	if (ok && strcmp(path, ":memory:") != 0 && chmod(path, 0600))
		fault_code(db, SQLITE_IOERR);
	return !db->fault;
}

/* Are its pages what they were written as? */
static bool is_sound(struct db *db)
{
	sqlite3_stmt *s = db_prepare(db, "PRAGMA quick_check(1)");
	const char *text = db_next(db, s) ? (const char *)sqlite3_column_text(s, 0) : NULL;

	if (text && strcmp(text, "ok") != 0)
		fault_code(db, SQLITE_CORRUPT);
	sqlite3_finalize(s);
	return text && !db->fault;
}

static bool rename_aside(const struct db *db, const char *from, const char *to, const char *part)
{
	char a[4096], b[4096];

	snprintf(a, sizeof(a), "%s/%s%s", db->config.dir, from, part);
	snprintf(b, sizeof(b), "%s/%s%s", db->config.dir, to, part);
	return rename(a, b) == 0 || (*part && errno == ENOENT);
}

bool put_aside(struct db *db, const char *name, char to[64])
{
	char path[4096];

	snprintf(to, 64, "%s.bad", name);
	for (int i = 2; i < 100; i++) {
		snprintf(path, sizeof(path), "%s/%s", db->config.dir, to);
		if (access(path, F_OK) != 0)
			break;
		snprintf(to, 64, "%s.bad%d", name, i);
	}
	return rename_aside(db, name, to, "") && rename_aside(db, name, to, "-wal") &&
	    rename_aside(db, name, to, "-shm");
}

static struct db *new_db(const struct db_config *config)
{
	const struct gram *g = config->gram;
	struct db *db = calloc(1, sizeof(*db));

	if (!db)
		return NULL;
	db->config = *config;
	db->gram = g;
	db->tables = calloc(g->n_tables + 1u, sizeof(*db->tables));
	db->upserts = calloc(g->n_commands + 1u, sizeof(*db->upserts));
	db->stores = calloc(g->n_commands + 1u, sizeof(*db->stores));
	db->checks = calloc(g->n_commands + 1u, sizeof(*db->checks));
	if (!db->tables || !db->upserts || !db->stores || !db->checks) {
		db_close(db);
		return NULL;
	}
	for (unsigned i = 0; i < g->n_tables; i++)
		db->tables[i].gram = g->tables[i];
	return db;
}

static bool is_modified(struct db *db)
{
	char modified[8] = "";

	return get_meta(db, "modified", modified, sizeof(modified)) && *modified == '1';
}

/* Rows of the same boot and grammar stay; else there is a schema without rows, not yet of this boot. */
static bool settle(struct db *db, const char *boot_id, enum db_opened *opened)
{
	char version[32], have[256] = "", boot[256] = "";

	snprintf(version, sizeof(version), "%016llx-" SCHEMA, (unsigned long long)db->gram->version);
	get_meta(db, "grammar", have, sizeof(have));
	get_meta(db, "boot", boot, sizeof(boot));
	if (!strcmp(have, version) && !strcmp(boot, boot_id)) {
		*opened = DB_KEPT;
		db->modified = db->modified_kept = is_modified(db);
		get_meta(db, "held_back", db->held_back, sizeof(db->held_back));
		return !db->fault;
	}
	*opened = DB_FRESH;
	snprintf(db->boot, sizeof(db->boot), "%s", boot_id);
	if (db_exec(db, "BEGIN IMMEDIATE") && fresh_schema(db) && store_presets(db) &&
	    put_meta(db, "grammar", version) && put_meta(db, "boot", "-") &&
	    put_meta(db, "modified", "0") && db_exec(db, "COMMIT"))
		return db_exec(db, "PRAGMA synchronous=NORMAL");
	sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

static bool try_running(struct db *db, const char *path, const char *boot_id, enum db_opened *opened)
{
	db->fault = NULL;
	*opened = DB_KEPT;
	if (open_file(db, path) && is_sound(db) && settle(db, boot_id, opened))
		return true;
	sqlite3_close_v2(db->sql);
	db->sql = NULL;
	return false;
}

/* Nothing can be read out of the file, or not its rows. */
static bool is_damaged(const struct db *db, enum db_opened opened)
{
	return db->code == SQLITE_NOTADB || db->code == SQLITE_CORRUPT ||
	    (db->code == SQLITE_IOERR && opened == DB_KEPT);
}

/*
 * The running database. A file that is no database (any more) is put aside, never deleted, and not for
 * a fault that a second look does not find. Where the disk takes nothing, the configuration is better in
 * memory than nowhere: the gateway serves.
 */
static bool open_running(struct db *db, const char *boot_id, enum db_opened *opened)
{
	char path[4096], to[64];

	snprintf(path, sizeof(path), "%s/running.db", db->config.dir);
	if (try_running(db, path, boot_id, opened) ||
	    (db->code != SQLITE_BUSY && try_running(db, path, boot_id, opened)))
		return true;
	if (is_damaged(db, *opened)) {
		if (!put_aside(db, "running.db", to))
			return false;
		db_note(db, "running.db is damaged (%s): it was put aside as %s, with the earlier revisions "
		    "and what was not saved; the startup-config is loaded", db->fault, to);
		if (try_running(db, path, boot_id, opened))
			return true;
	}
	if (db->code != SQLITE_FULL && db->code != SQLITE_IOERR)
		return false;
	db_note(db, "running.db cannot be written (%s): the running configuration is in memory only "
	    "until the next start", db->fault);
	return try_running(db, ":memory:", boot_id, opened);
}

struct db *db_open(const struct db_config *config, const char *boot_id, enum db_opened *opened,
    char *error, size_t size)
{
	struct db *db = new_db(config);

	if (!db) {
		snprintf(error, size, "out of memory");
		return NULL;
	}
	call_begin(db);
	if (mkdir(config->dir, 0700) && errno != EEXIST)
		snprintf(error, size, "%s: %s", config->dir, strerror(errno));
	else if (!seal_key(db, error, size))
		;
	else if (!seal_start(db))
		snprintf(error, size, "no cipher to seal secrets with");
	else if (!open_running(db, boot_id, opened) || !prepare_all(db))
		snprintf(error, size, "%s/running.db: %s", config->dir, db->fault);
	else
		db->recording = true;
	if (!db->recording) {
		db_close(db);
		return NULL;
	}
	call_end(db);
	return db;
}

struct db *db_open_scratch(struct db *of)
{
	struct db_config config = {.gram = of->gram, .functions = of->config.functions,
		.tools = of->config.tools, .ctx = of->config.ctx};
	struct db *db = new_db(&config);
	enum db_opened opened;

	if (db) {
		memcpy(db->key, of->key, sizeof(db->key));
		call_begin(db);
		db->recording = seal_start(db) && try_running(db, ":memory:", "", &opened) && prepare_all(db);
		call_end(db);
	}
	if (db && db->recording)
		return db;
	fault_note(of, db && db->why ? db->why : "out of memory");
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
	for (unsigned i = 0; db->tables && i < db->gram->n_tables; i++) {
		struct where *next;

		for (struct where *w = db->tables[i].wheres; w; w = next) {
			next = w->next;
			rowbuf_free(&w->row);
			free(w);
		}
		free(db->tables[i].references);
	}
	history_free(db);
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
