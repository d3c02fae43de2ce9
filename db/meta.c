/* What the database remembers of itself: names and values, outside the grammar's tables. */
#include <stdio.h>

#include "db/meta.h"
#include "db/fault.h"
#include "db/sql.h"

bool meta_get(struct db *db, const char *name, char *buf, size_t size)
{
	sqlite3_stmt *s = db_prepare(db, "SELECT value FROM meta WHERE name=%Q", name);
	const char *text = db_next(db, s) ? (const char *)sqlite3_column_text(s, 0) : NULL;

	if (text)
		snprintf(buf, size, "%s", text);
	sqlite3_finalize(s);
	return text != NULL;
}

bool meta_put(struct db *db, const char *name, const char *value)
{
	char *sql = sqlite3_mprintf("INSERT OR REPLACE INTO meta VALUES(%Q, %Q)", name, value);
	bool ok = db_exec(db, sql);

	sqlite3_free(sql);
	return ok;
}

bool db_note_put(struct db *db, const char *name, const char *text)
{
	call_begin(db);
	meta_put(db, name, text);
	return call_end(db);
}

bool db_note_get(struct db *db, const char *name, char *buf, size_t size)
{
	bool there;

	read_begin(db);
	there = meta_get(db, name, buf, size);
	return read_end(db) && there && *buf;
}

bool db_forget_boot(struct db *db)
{
	return db_note_put(db, "boot", "-");
}
