/*
 * A fault: a step of SQLite, an allocation or a write that failed. The first one
 * of a call is remembered until the call ends, that of an open transaction until
 * the transaction does; meanwhile nothing is written, nothing more is said, and
 * SQLite commits nothing, whatever code was under way. So every line is stored
 * whole or not at all, without each of its steps having a way back of its own.
 */
#include "db/internal.h"

void fault_note(struct db *db, const char *why)
{
	if (!db->fault)
		db->fault = why;
}

void fault_code(struct db *db, int code)
{
	if (!db->fault)
		db->code = code & 0xff;
	fault_note(db, sqlite3_errstr(code));
}

void call_begin(struct db *db)
{
	if (!db->depth++ && !db->held)
		db->fault = NULL;
}

bool call_end(struct db *db)
{
	bool ok = !db->fault;

	if (!--db->depth) {
		db->why = db->fault;
		if (!db->held)
			db->fault = NULL;
	}
	return ok;
}

void read_begin(struct db *db)
{
	if (db->depth++)
		return;
	db->aside = db->fault;
	db->fault = NULL;
}

bool read_end(struct db *db)
{
	bool ok = !db->fault;

	if (!--db->depth) {
		db->why = db->fault;
		db->fault = db->aside;
		db->aside = NULL;
	}
	return ok;
}

const char *db_fault(const struct db *db)
{
	return db->fault ? db->fault : db->why;
}

int fault_commit_hook(void *db)
{
	return ((const struct db *)db)->fault != NULL;
}

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
	/* SQLite may have taken it back by itself; and a way back that lacks memory is tried again. */
	for (int i = 0; i < 3 && !sqlite3_get_autocommit(db->sql); i++)
		if (!db->rollback || !run(db, db->rollback))
			sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
}

/* From its first transaction on a fresh database belongs to this boot: before, the configuration
 * has not been loaded yet, and a successor has to do it. */
static void note_boot(struct db *db)
{
	put_meta(db, "boot", db->boot);
	put_meta(db, "held_back", db->held_back);
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

/* ---- savepoints of a line -------------------------------------------------------------- */

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
