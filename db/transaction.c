/*
 * The transaction of a line, or of many: begun, committed with its record and, the
 * first time, the name of this boot, or taken back with what was noted of its rows.
 * A line within it is a savepoint.
 */
#include "db/transaction.h"
#include "db/change.h"
#include "db/fault.h"
#include "db/history.h"
#include "db/meta.h"

/* A statement that is run whatever has failed before. */
static bool run(struct db *db, sqlite3_stmt *s)
{
	int rc = sqlite3_step(s);

	sqlite3_reset(s);
	if (rc != SQLITE_DONE)
		fault_code(db, rc);
	return rc == SQLITE_DONE;
}

void transaction_back(struct db *db)
{
	db->taken_back++;
	/* SQLite may have taken it back by itself; and a way back that lacks memory is tried
	 * again. */
	for (int i = 0; i < 3 && !sqlite3_get_autocommit(db->sql); i++)
		if (!db->rollback || !run(db, db->rollback))
			sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
}

/* From its first transaction on a fresh database belongs to this boot: before, the configuration
 * has not been loaded yet, and a successor has to do it. */
static void note_boot(struct db *db)
{
	meta_put(db, "boot", db->boot);
	meta_put(db, "held_back", db->held_back);
}

bool transaction_end(struct db *db)
{
	if (db->boot[0])
		note_boot(db);
	history_write(db);
	if (!db->fault && run(db, db->commit)) {
		db->boot[0] = '\0';
		return true;
	}
	transaction_back(db);
	return false;
}

bool line_begin(struct db *db)
{
	if (!db->held && !sqlite3_get_autocommit(db->sql))
		transaction_back(db); /* one that could not be taken back then */
	return !db->fault && run(db, db->held ? db->save : db->begin);
}

bool line_end(struct db *db, bool ok, unsigned mark)
{
	ok = ok && !db->fault;
	if (!db->held) {
		if (ok)
			ok = transaction_end(db);
		else
			transaction_back(db);
	} else if (!sqlite3_get_autocommit(db->sql)) {
		if (!ok) {
			db->taken_back++;
			run(db, db->back);
		}
		ok = run(db, db->release) && ok;
	}
	if (!ok)
		change_back(db, mark);
	return ok;
}
