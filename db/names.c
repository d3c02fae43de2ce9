/* Names of rows, for completion. */
#include <string.h>

#include "db/fault.h"
#include "db/sql.h"

/* Has the row what the type asks for? `at`: the column in the answer. */
static bool is_offered(const struct gram_type *ref, sqlite3_stmt *s, int at)
{
	const char *text = (const char *)sqlite3_column_text(s, at);

	if (!ref || !ref->only_column)
		return true;
	for (unsigned i = 0; text && i < ref->n_only_words; i++)
		if (strcmp(ref->only_words[i], text) == 0)
			return true;
	return false;
}

static void list_names(void *ctx, const struct gram_table *t, int column,
    const struct gram_type *ref, const char *prefix, void (*name)(void *to, const char *text),
    void *to)
{
	struct db *db = ctx;
	const char *of = t->columns[column].name;
	const char *only = ref && ref->only_column ? t->columns[ref->only].name : of;
	sqlite3_stmt *s;

	read_begin(db);
	s = db_prepare(db,
	    "SELECT DISTINCT \"%w\", \"%w\" FROM t%u_%s WHERE "
	    "substr(\"%w\",1,%d)=%Q COLLATE NOCASE ORDER BY 1",
	    of, only, t->index, t->name, of, (int)strlen(prefix), prefix);

	while (db_next(db, s)) {
		const char *text = (const char *)sqlite3_column_text(s, 0);

		if (text && *text && is_offered(ref, s, 1))
			name(to, text);
	}
	sqlite3_finalize(s);
	read_end(db);
}

struct gram_names db_names(struct db *db)
{
	return (struct gram_names){list_names, db};
}
