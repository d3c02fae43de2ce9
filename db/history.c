/*
 * The record of changes: who changed which lines, when and from where, one row
 * of `history` a transaction, written within it: what changed and its record are
 * stored together or not at all. Secrets are masked before anything is kept.
 */
#include <stdio.h>

#include "db/history.h"
#include "db/fault.h"
#include "db/sql.h"

#define HISTORY_ROWS 1000
#define HISTORY_BYTES (4 << 20) /* of texts; the newest record is always kept */
#define PRUNE_EVERY 32

void db_author(struct db *db, const char *who, const char *from, int64_t when)
{
	struct history *h = &db->history;

	h->recording = who != NULL;
	if (!who)
		return;
	snprintf(h->who, sizeof(h->who), "%s", who);
	snprintf(h->from, sizeof(h->from), "%s", from);
	h->when = when;
}

/* Where a line is typed that stands in a block: `config-if GigabitEthernet0/0`. */
static void note_place(struct text *to, const struct parse_state *at)
{
	const struct gram_mode *mode = parse_state_mode(at);
	const char *key;

	text_addf(to, "[%s", mode->name);
	for (unsigned i = 0; (key = parse_state_key(at, i)); i++)
		text_addf(to, " %s", key);
	text_add(to, "]\n");
}

size_t history_line(struct db *db, const struct parse_state *at, const struct gram_match *m,
    const char *line)
{
	struct history *h = &db->history;
	struct gram_out out = text_out(&h->text);
	size_t mark = h->text.len;

	if (!h->recording)
		return mark;
	if (!mark && m->level > 1)
		note_place(&h->text, at);
	for (unsigned level = 1; level < m->level && *line != ' '; level++)
		text_addc(&h->text, ' '); /* as in a configuration's text, unless it was typed so */
	gram_mask(line, m, MASK_HASHES, &out);
	text_addc(&h->text, '\n');
	if (text_failed(&h->text))
		fault_code(db, SQLITE_NOMEM);
	return mark;
}

void db_record_lines(struct db *db, const char *lines)
{
	struct history *h = &db->history;

	if (!h->recording)
		return;
	text_add(&h->text, lines);
	if (text_failed(&h->text))
		fault_code(db, SQLITE_NOMEM);
}

void history_back(struct db *db, size_t mark)
{
	db->history.text.len = mark;
	db->history.text.failed = false;
}

static void prune(struct db *db)
{
	sqlite3_stmt *s = db_prepare(db,
	    "DELETE FROM history WHERE number<=(SELECT max(number) FROM "
	    "history)-%d OR number<(SELECT min(number) FROM (SELECT number, sum(length(text)) OVER "
	    "(ORDER BY number DESC) AS total FROM history) WHERE total<=%d OR number=(SELECT "
	    "max(number) FROM history))",
	    HISTORY_ROWS, HISTORY_BYTES);

	db_step(db, s);
	sqlite3_finalize(s);
}

void history_write(struct db *db)
{
	struct history *h = &db->history;
	sqlite3_stmt *s;

	if (!h->text.len)
		return;
	s = db_prepare(db, "INSERT INTO history(at, who, source, text) VALUES(?, ?, ?, ?)");
	sqlite3_bind_int64(s, 1, h->when);
	db_bind_text(db, s, 2, h->who);
	db_bind_text(db, s, 3, h->from);
	if (s && sqlite3_bind_text64(s, 4, h->text.p, h->text.len, SQLITE_STATIC, SQLITE_UTF8) !=
		     SQLITE_OK)
		fault_code(db, SQLITE_NOMEM);
	db_step(db, s);
	sqlite3_finalize(s);
	if (sqlite3_last_insert_rowid(db->sql) % PRUNE_EVERY == 0)
		prune(db);
	text_clear(&h->text);
}

void history_free(struct db *db)
{
	text_free(&db->history.text);
}

bool db_history(struct db *db, unsigned newest, void (*each)(void *ctx, const struct db_record *),
    void *ctx)
{
	sqlite3_stmt *s;

	read_begin(db);
	s = db_prepare(db,
	    "SELECT number, at, who, source, text FROM (SELECT * FROM history ORDER BY "
	    "number DESC LIMIT %u) ORDER BY number",
	    newest);
	while (db_next(db, s)) {
		struct db_record r = {sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
		    (const char *)sqlite3_column_text(s, 2),
		    (const char *)sqlite3_column_text(s, 3),
		    (const char *)sqlite3_column_text(s, 4)};

		if (r.who && r.from && r.lines)
			each(ctx, &r);
		else
			fault_code(db, SQLITE_NOMEM);
	}
	sqlite3_finalize(s);
	return read_end(db);
}
