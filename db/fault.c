/*
 * A fault: a step of SQLite, an allocation or a write that failed. The first one
 * of a call is remembered until the call ends, that of an open transaction until
 * the transaction does; meanwhile nothing is written, nothing more is said, and
 * SQLite commits nothing, whatever code was under way. So every line is stored
 * whole or not at all, without each of its steps having a way back of its own.
 */
#include "db/fault.h"

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
		if (!ok) {
			db->unread++;
			db->unread_why = db->fault;
		}
		db->fault = db->aside;
		db->aside = NULL;
	}
	return ok;
}

const char *db_fault(const struct db *db)
{
	return db->fault ? db->fault : db->why;
}

unsigned db_unread(const struct db *db, const char **why)
{
	*why = db->unread_why;
	return db->unread;
}

int fault_commit_hook(void *db)
{
	return ((const struct db *)db)->fault != NULL;
}
