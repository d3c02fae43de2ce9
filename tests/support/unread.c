#include <sqlite3.h>
#include <stddef.h>
#include <string.h>

#include "db/internal.h"
#include "tests/support/unread.h"

static unsigned left;
static bool was;
static const char *hidden;

static int begins(unsigned what, void *ctx, void *statement, void *text)
{
	struct db *db = ctx;

	(void)what, (void)statement, (void)text;
	if (left && !--left) {
		was = true;
		sqlite3_interrupt(db->sql);
	}
	return 0;
}

void unread_nth(struct db *db, unsigned n)
{
	left = n;
	was = false;
	sqlite3_trace_v2(db->sql, n ? SQLITE_TRACE_STMT : 0, n ? begins : NULL, db);
}

bool unread_was(void)
{
	return was;
}

static int hides(void *ctx, int what, const char *table, const char *column, const char *database,
    const char *by)
{
	(void)ctx, (void)column, (void)database, (void)by;
	if (what != SQLITE_READ)
		return SQLITE_OK;
	/* the grammar's are t12_NAME */
	if (table[0] == 't' && strchr("0123456789", table[1]) && strchr(table, '_'))
		table = strchr(table, '_') + 1;
	return strcmp(table, hidden) == 0 ? SQLITE_DENY : SQLITE_OK;
}

void unread_table(struct db *db, const char *table)
{
	hidden = table;
	sqlite3_set_authorizer(db->sql, table ? hides : NULL, NULL);
}
