/*
 * Opening the running database: the schema from the grammar, the key, and the
 * question whether the rows are still those of this boot and this grammar.
 * Tables t<number>_<name> hold the configuration; meta, startup_error,
 * revision, history and past are the database's own and outlive a change of the grammar.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/open.h"
#include "db/change.h"
#include "db/fault.h"
#include "db/folder.h"
#include "db/history.h"
#include "db/keyfile.h"
#include "db/meta.h"
#include "db/past.h"
#include "db/prepare.h"
#include "db/row.h"
#include "db/schema.h"
#include "db/seal.h"
#include "db/sql.h"

#define SCHEMA                                                                                     \
	"2" /* what the tables of one grammar look like; another number: those of another build */

static const char own_schema[] =
    "PRAGMA journal_mode=WAL; PRAGMA temp_store=MEMORY; BEGIN;"
    "CREATE TABLE IF NOT EXISTS meta(name PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS startup_error(number INTEGER, line TEXT);"
    "CREATE TABLE IF NOT EXISTS revision(number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER,"
    " who TEXT, checksum TEXT, text BLOB);"
    "CREATE TABLE IF NOT EXISTS checkpoint(number INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE IF NOT EXISTS history(number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER,"
    " who TEXT, source TEXT, text TEXT); COMMIT;";

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
		rc = sqlite3_create_function(db->sql, "range_first", 1,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, schema_range_first, NULL, NULL);
		sqlite3_busy_timeout(db->sql, 2000); /* a predecessor that is just going */
	}
	if (rc)
		fault_code(db, rc);
	/* A file that is just being made holds nothing that a power failure could take. */
	ok = !rc &&
	     /* One process owns the file: with the lock held for good no statement has to ask for
	     * it. */
	     db_exec(db, "PRAGMA locking_mode=EXCLUSIVE") &&
	     db_exec(db, is_new ? "PRAGMA synchronous=OFF" : "PRAGMA synchronous=NORMAL") &&
	     db_exec(db, own_schema);
	if (ok)
		past_table(db);
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
	db->inserts = calloc(g->n_commands + 1u, sizeof(*db->inserts));
	db->stores = calloc(g->n_commands + 1u, sizeof(*db->stores));
	db->checks = calloc(g->n_commands + 1u, sizeof(*db->checks));
	if (!db->tables || !db->upserts || !db->inserts || !db->stores || !db->checks) {
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

	return meta_get(db, "modified", modified, sizeof(modified)) && *modified == '1';
}

/* Rows of the same boot and grammar stay; else there is a schema without rows, not yet of this
 * boot. */
static bool settle(struct db *db, const char *boot_id, enum db_opened *opened)
{
	char version[32], have[256] = "", boot[256] = "";

	snprintf(
	    version, sizeof(version), "%016llx-" SCHEMA, (unsigned long long)db->gram->version);
	meta_get(db, "grammar", have, sizeof(have));
	meta_get(db, "boot", boot, sizeof(boot));
	if (!strcmp(have, version) && !strcmp(boot, boot_id)) {
		*opened = DB_KEPT;
		db->modified = db->modified_kept = is_modified(db);
		meta_get(db, "held_back", db->held_back, sizeof(db->held_back));
		return !db->fault;
	}
	*opened = DB_FRESH;
	snprintf(db->boot, sizeof(db->boot), "%s", boot_id);
	if (db_exec(db, "BEGIN IMMEDIATE") && schema_make(db) && schema_presets(db) &&
	    meta_put(db, "grammar", version) && meta_put(db, "boot", "-") &&
	    db_exec(db, "DELETE FROM meta WHERE name GLOB 'note-*'") &&
	    meta_put(db, "modified", "0") && db_exec(db, "COMMIT"))
		return db_exec(db, "PRAGMA synchronous=NORMAL");
	sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

static bool try_running(
    struct db *db, const char *path, const char *boot_id, enum db_opened *opened)
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
 * The running database. A file that is no database (any more) is put aside,
 * never deleted, and not for a fault that a second look does not find. Where
 * the disk takes nothing, the configuration is better in memory than nowhere:
 * the gateway serves. /
 */
static bool open_running(struct db *db, const char *boot_id, enum db_opened *opened)
{
	char path[4096], to[64];

	snprintf(path, sizeof(path), "%s/running.db", db->config.dir);
	if (try_running(db, path, boot_id, opened) ||
	    (db->code != SQLITE_BUSY && try_running(db, path, boot_id, opened)))
		return true;
	if (is_damaged(db, *opened)) {
		if (!folder_put_aside(db, "running.db", to))
			return false;
		folder_note(db,
		    "running.db is damaged (%s): it was put aside as %s, with the earlier "
		    "revisions "
		    "and what was not saved; the startup-config is loaded",
		    db->fault, to);
		if (try_running(db, path, boot_id, opened))
			return true;
	}
	if (db->code != SQLITE_FULL && db->code != SQLITE_IOERR)
		return false;
	folder_note(db,
	    "running.db cannot be written (%s): the running configuration is in memory only "
	    "until the next start",
	    db->fault);
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
	else if (!keyfile_open(db, error, size))
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
		db->recording = seal_start(db) && try_running(db, ":memory:", "", &opened) &&
				prepare_all(db);
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
	free(db->inserts);
	free(db->stores);
	free(db->checks);
	free(db);
}

bool db_modified(struct db *db)
{
	return db->modified;
}
