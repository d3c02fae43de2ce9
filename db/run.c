/*
 * Lines as they are typed: each stored, recorded and delivered; several in one
 * transaction.
 */
#include <stdio.h>

#include "db/change.h"
#include "db/clear.h"
#include "db/deliver.h"
#include "db/fault.h"
#include "db/history.h"
#include "db/line.h"
#include "db/say.h"
#include "db/transaction.h"

static bool run_clear(struct db *db, const struct gram_match *m)
{
	unsigned mark = db->n_changes;
	bool held = db->held, ok;

	ok = line_begin(db);
	db->held = true; /* lines cleared one by one are savepoints in this */
	ok = ok && store_clear(db, m);
	db->held = held;
	return line_end(db, ok, mark);
}

static void say_fault(struct db *db, struct gram_out *out)
{
	char text[256];
	int len = snprintf(
	    text, sizeof(text), "ERROR: Unable to store the configuration line: %s\n", db->fault);

	out->write(out->ctx, text, (size_t)len);
}

enum db_status db_run(struct db *db, struct parse_state *state, struct gram_match *m,
    const char *line, unsigned prompt_width, struct gram_out *out)
{
	const struct gram_command *c = m->command;
	bool changes = c->table || c->family == FAMILY_CLEAR, ok = true;
	size_t recorded;

	call_begin(db);
	db->out = out;
	recorded = db->history.text.len;
	if (changes)
		history_line(db, state, m, line);
	if (c->family == FAMILY_CLEAR)
		ok = run_clear(db, m);
	else if (c->table)
		ok = line_store(db, state, m, line, prompt_width);
	else if (c->refuse_text) {
		say_text(db, c->refuse_text, "");
		ok = false;
	}
	if (!ok)
		history_back(db, recorded);
	if (db->fault && !ok)
		say_fault(db, out);
	call_end(db);
	if (!ok)
		return DB_REFUSED;
	if (!parse_state_advance(db->gram, state, m))
		return DB_LOGOFF;
	if (c->run)
		return DB_ACT;
	if (!db->held)
		change_deliver(db);
	return DB_OK;
}

enum db_status db_line(struct db *db, struct parse_state *state, int privilege, const char *line,
    unsigned prompt_width, struct gram_match *m, struct gram_out *out)
{
	char text[GRAM_LINE_MAX + 100];
	enum db_status status = DB_REFUSED;

	gram_match(db->gram, state, privilege, line, m);
	if (m->status == GRAM_EMPTY)
		return DB_OK;
	if (m->status == GRAM_OK)
		status = db_run(db, state, m, line, prompt_width, out);
	else
		out->write(out->ctx, text, gram_error(m, line, prompt_width, text, sizeof(text)));
	if (status == DB_REFUSED)
		parse_state_refused(db->gram, state, line);
	return status;
}

bool db_begin(struct db *db)
{
	if (db->held)
		return false;
	call_begin(db);
	db->held = line_begin(db);
	return call_end(db);
}

bool db_commit(struct db *db)
{
	bool ok;

	if (!db->held)
		return true;
	call_begin(db);
	db->held = false;
	ok = transaction_end(db);
	if (!ok) {
		change_back(db, 0);
		history_back(db, 0);
	}
	call_end(db);
	if (ok)
		change_deliver(db);
	return ok;
}

void db_abort(struct db *db)
{
	const char *why = db_fault(db);

	if (!db->held)
		return;
	call_begin(db);
	db->held = false;
	transaction_back(db);
	change_back(db, 0);
	history_back(db, 0);
	call_end(db);
	db->why = why;
}

bool db_clear(struct db *db)
{
	bool ok;

	call_begin(db);
	ok = run_clear(db, NULL);
	call_end(db);
	if (ok && !db->held)
		change_deliver(db);
	return ok;
}
