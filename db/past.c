/*
 * Sessions of clients, in the table `past`: a row from the moment that one is up,
 * which becomes its record when it ends. The key makes it one row however often
 * it is told. Rows are stored by themselves, or some of them together, never
 * within a change of the configuration, which may be taken back.
 */
#include "db/past.h"
#include "db/fault.h"
#include "db/sql.h"
#include "db/transaction.h"

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS past(number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " key TEXT UNIQUE, ended INTEGER, session INTEGER, login INTEGER, end_time INTEGER,"
    " seconds INTEGER, bytes_out INTEGER, bytes_in INTEGER, user TEXT, assigned TEXT,"
    " public TEXT, client TEXT, protocol TEXT, tunnel_group TEXT, group_policy TEXT,"
    " reason TEXT, why TEXT);"
    "CREATE INDEX IF NOT EXISTS past_ended ON past(ended, end_time, number);";

#define PRUNE_EVERY 32
#define N_NUMBERS 7
#define N_TEXTS 10

/* In the order of the columns behind `number`: the key, then the numbers, then the other texts. */
static const char put_sql[] =
    "INSERT INTO past(key, ended, session, login, end_time, seconds, bytes_out, bytes_in, user,"
    " assigned, public, client, protocol, tunnel_group, group_policy, reason, why)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
    " ON CONFLICT(key) DO UPDATE SET ended=?2, end_time=?5, seconds=?6, bytes_out=?7, bytes_in=?8,"
    " assigned=?10, public=?11, client=?12, protocol=?13, tunnel_group=?14, group_policy=?15,"
    " reason=?16, why=?17 WHERE ended=0 AND ?2=1";

void past_table(struct db *db)
{
	db->past_there = sqlite3_exec(db->sql, schema, NULL, NULL, NULL) == SQLITE_OK;
}

static bool make(struct db *db)
{
	if (!db->past_there)
		db->past_there = db_exec(db, schema);
	return db->past_there;
}

static void bind(struct db *db, sqlite3_stmt *s, const struct db_past *p)
{
	const int64_t number[N_NUMBERS] = {
	    p->ended, p->session, p->login, p->end, p->seconds, p->bytes_out, p->bytes_in};
	const char *text[N_TEXTS] = {p->key, p->user, p->assigned, p->public, p->client,
	    p->protocol, p->tunnel_group, p->group_policy, p->reason, p->why};

	db_bind_text(db, s, 1, text[0]);
	for (int i = 0; i < N_NUMBERS; i++)
		sqlite3_bind_int64(s, 2 + i, number[i]);
	for (int i = 1; i < N_TEXTS; i++)
		db_bind_text(db, s, 1 + N_NUMBERS + i, text[i]);
}

/* Only what is too much of those that have ended. */
static void prune(struct db *db)
{
	sqlite3_stmt *s = db_prepare(db,
	    "DELETE FROM past WHERE ended=1 AND number NOT IN (SELECT number FROM past WHERE "
	    "ended=1 ORDER BY end_time DESC, number DESC LIMIT %d)",
	    DB_PAST_MAX);

	db_step(db, s);
	sqlite3_finalize(s);
}

static unsigned ended_rows(struct db *db)
{
	sqlite3_stmt *s = db_prepare(db, "SELECT count(*) FROM past WHERE ended=1");
	unsigned n = db_next(db, s) ? (unsigned)sqlite3_column_int(s, 0) : 0;

	sqlite3_finalize(s);
	return n;
}

bool db_past_put(struct db *db, const struct db_past *p)
{
	if (db->held)
		return false;
	call_begin(db);
	if (!make(db))
		return call_end(db);
	if (!db->past_put)
		db->past_put = db_prepare(db, "%s", put_sql);
	bind(db, db->past_put, p);
	db_step(db, db->past_put);
	if (db->past_put)
		sqlite3_clear_bindings(db->past_put);
	if (p->ended && ++db->past_puts % PRUNE_EVERY == 0 && ended_rows(db) > DB_PAST_MAX)
		prune(db);
	return call_end(db);
}

bool db_past_together(struct db *db, bool (*each)(void *ctx), void *ctx)
{
	bool ok;

	if (db->held)
		return false;
	call_begin(db);
	ok = make(db) && db_step(db, db->begin) && each(ctx) && !db->fault &&
	     db_step(db, db->commit);
	if (!ok)
		transaction_back(db);
	return call_end(db) && ok;
}

bool db_past_lost(struct db *db, const char *life, int64_t end, const char *reason, const char *why)
{
	sqlite3_stmt *s;

	if (db->held)
		return false;
	call_begin(db);
	if (!make(db))
		return call_end(db);
	s = db_prepare(db,
	    "UPDATE past SET ended=1, end_time=max(?2, login), seconds=CASE WHEN ?2<0 THEN -1 ELSE"
	    " max(0, ?2-login) END, bytes_out=-1, bytes_in=-1, reason=?3, why=?4"
	    " WHERE ended=0 AND (?1 IS NULL OR substr(key, 1, length(?1))<>?1)");
	db_bind_text(db, s, 1, life);
	sqlite3_bind_int64(s, 2, end);
	db_bind_text(db, s, 3, reason);
	db_bind_text(db, s, 4, why);
	db_step(db, s);
	sqlite3_finalize(s);
	if (ended_rows(db) > DB_PAST_MAX)
		prune(db);
	return call_end(db);
}

static bool row_told(
    sqlite3_stmt *s, void (*each)(void *ctx, const struct db_past *), void *ctx)
{
	const char *text[N_TEXTS];
	int64_t number[N_NUMBERS];

	for (int i = 0; i < N_NUMBERS; i++)
		number[i] = sqlite3_column_int64(s, 1 + i);
	for (int i = 0; i < N_TEXTS; i++) {
		text[i] = (const char *)sqlite3_column_text(s, i ? N_NUMBERS + i : 0);
		if (!text[i])
			return false;
	}
	each(ctx, &(struct db_past){number[0] != 0, number[1], number[2], number[3], number[4],
		      number[5], number[6], text[0], text[1], text[2], text[3], text[4], text[5],
		      text[6], text[7], text[8], text[9]});
	return true;
}

bool db_past(struct db *db, unsigned newest, const char *user,
    void (*each)(void *ctx, const struct db_past *), void *ctx)
{
	sqlite3_stmt *s;

	if (!db->past_there)
		return true; /* nobody has been stored */
	read_begin(db);
	s = db_prepare(db,
	    "SELECT key, ended, session, login, end_time, seconds, bytes_out, bytes_in, user,"
	    " assigned, public, client, protocol, tunnel_group, group_policy, reason, why FROM past"
	    " WHERE ended=1 AND (?1='' OR user=?1) ORDER BY end_time DESC, number DESC LIMIT %u",
	    newest);
	db_bind_text(db, s, 1, user ? user : "");
	while (db_next(db, s))
		if (!row_told(s, each, ctx))
			fault_code(db, SQLITE_NOMEM);
	sqlite3_finalize(s);
	return read_end(db);
}

bool db_past_clear(struct db *db)
{
	sqlite3_stmt *s;

	if (db->held)
		return false;
	call_begin(db);
	if (!make(db))
		return call_end(db);
	s = db_prepare(db, "DELETE FROM past WHERE ended=1");
	db_step(db, s);
	sqlite3_finalize(s);
	return call_end(db);
}
