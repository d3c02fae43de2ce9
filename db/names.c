/* Names of rows, for completion. */
#include <string.h>

#include "db/fault.h"
#include "db/sql.h"

static void list_names(void *ctx, const struct gram_table *t, int column, const char *prefix,
    void (*name)(void *to, const char *text), void *to)
{
	struct db *db = ctx;
	sqlite3_stmt *s;

	read_begin(db);
	s = db_prepare(db, "SELECT DISTINCT \"%w\" FROM t%u_%s WHERE "
	    "substr(\"%w\",1,%d)=%Q COLLATE NOCASE ORDER BY 1", t->columns[column].name, t->index,
	    t->name, t->columns[column].name, (int)strlen(prefix), prefix);

	while (db_next(db, s)) {
		const char *text = (const char *)sqlite3_column_text(s, 0);

		if (text && *text)
			name(to, text);
	}
	sqlite3_finalize(s);
	read_end(db);
}

struct gram_names db_names(struct db *db)
{
	return (struct gram_names){list_names, db};
}
