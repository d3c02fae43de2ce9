/* The startup-config loaded, through the same parser as anything typed; and erased. */
#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/fault.h"
#include "db/folder.h"
#include "db/meta.h"
#include "db/seal.h"
#include "db/sql.h"
#include "db/startup_file.h"

/* Until it is erased, or loaded after all, nothing takes its place. */
static enum db_load hold_back(struct db *db, const char *why, const char *detail)
{
	snprintf(db->held_back, sizeof(db->held_back), "%s (%s)", why, detail);
	call_begin(db);
	if (!db->boot[0])
		meta_put(db, "held_back", db->held_back);
	call_end(db);
	folder_note(db, "the startup-config %s", db->held_back);
	return DB_LOAD_FAILED;
}

static bool load(struct db *db, const char *text, size_t len, struct db_report *report)
{
	if (!db_begin(db))
		return false;
	call_begin(db);
	db->held_back[0] = '\0';
	db_exec(db, "DELETE FROM startup_error");
	meta_put(db, "held_back", "");
	meta_put(db, "modified", "0");
	call_end(db);
	db_clear(db);
	db_apply(db, text, len, 15, DB_APPLY_WHOLE | DB_APPLY_KEEP, report);
	return db_commit(db);
}

enum db_load db_load_startup(struct db *db, struct db_report *report)
{
	size_t len;
	char *text = db_startup_text(db, &len);
	bool ok = false;

	if (!text && errno != ENOENT) /* a second look, before the gateway has to do without */
		text = db_startup_text(db, &len);
	if (!text)
		return errno == ENOENT ? DB_LOAD_NONE :
		    hold_back(db, "could not be read", strerror(errno));
	for (int tries = 0; !ok && tries < 2; tries++)
		ok = load(db, text, len, report);
	OPENSSL_cleanse(text, len);
	free(text);
	if (!ok)
		return hold_back(db, "could not be loaded", db_fault(db));
	call_begin(db);
	db->modified = false;
	db->modified_kept = !meta_put(db, "modified", "0");
	call_end(db);
	return DB_LOAD_DONE;
}

unsigned db_startup_errors(
    struct db *db, void (*each)(void *ctx, unsigned number, const char *line), void *ctx)
{
	sqlite3_stmt *s;
	unsigned n = 0;

	read_begin(db);
	s = db_prepare(db, "SELECT number, line FROM startup_error ORDER BY number");
	while (db_next(db, s)) {
		size_t len = (size_t)sqlite3_column_bytes(s, 1);
		char *line = malloc(len + 1);

		if (!line)
			fault_code(db, SQLITE_NOMEM);
		else if (!unseal(db, sqlite3_column_blob(s, 1), len, line))
			strcpy(line, "");
		if (line && each)
			each(ctx, (unsigned)sqlite3_column_int64(s, 0), line);
		if (line)
			OPENSSL_cleanse(line, len);
		free(line);
		n++;
	}
	sqlite3_finalize(s);
	read_end(db);
	return n;
}

bool db_erase_startup(struct db *db)
{
	char path[4096], to[64];

	folder_path(db, "startup-config", path);
	if (unlink(path) && errno != ENOENT && !folder_put_aside(db, "startup-config", to))
		return false;
	if (!startup_sync(db))
		return false;
	db->held_back[0] = '\0';
	call_begin(db);
	meta_put(db, "held_back", "");
	call_end(db);
	return true;
}
