/* What the database remembers of itself: names and values, outside the grammar's tables. */
#include <stdio.h>

#include "db/meta.h"
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
