/*
 * Every save, and every checkpoint, is kept as a numbered revision, sealed like the secrets in it.
 * A revision that is a checkpoint has a row of its own, with its name, beside it. The one
 * whose number the note "note-revision" begins with stays however many follow.
 */
#include <stdlib.h>
#include <string.h>

#include "db/revision.h"
#include "db/fault.h"
#include "db/seal.h"
#include "db/sql.h"
#include "parser/text.h"

#define REVISIONS_KEPT 200

static void prune(struct db *db)
{
	sqlite3_stmt *s = db_prepare(db,
	    "DELETE FROM revision WHERE number<=(SELECT max(number) FROM revision)-%d AND number "
	    "NOT IN (SELECT CAST(value AS INTEGER) FROM meta WHERE name='note-revision')",
	    REVISIONS_KEPT);

	db_step(db, s);
	sqlite3_finalize(s);
	db_exec(db, "DELETE FROM checkpoint WHERE number NOT IN (SELECT number FROM revision)");
}

void revision_add(struct db *db, const struct text *t, const char *who, int64_t when,
    const char *checksum)
{
	sqlite3_stmt *s = db_prepare(db, "INSERT INTO revision(at, who, checksum, text) "
	    "VALUES(?, ?, ?, ?)");
	unsigned char *sealed = sqlite3_malloc64(t->len + SEAL_OVERHEAD);
	size_t len = sealed ? seal(db, t->p, t->len, sealed) : 0;

	if (!len)
		fault_note(db, "the revision cannot be sealed");
	sqlite3_bind_int64(s, 1, when);
	db_bind_text(db, s, 2, who);
	db_bind_text(db, s, 3, checksum);
	if (sqlite3_bind_blob64(s, 4, sealed, len, sqlite3_free))
		fault_code(db, SQLITE_NOMEM);
	db_step(db, s);
	sqlite3_finalize(s);
	prune(db);
}

void checkpoint_add(struct db *db, const char *name)
{
	sqlite3_stmt *s = db_prepare(db, "INSERT INTO checkpoint SELECT max(number), ? FROM "
	    "revision");

	db_bind_text(db, s, 1, name);
	db_step(db, s);
	sqlite3_finalize(s);
}

bool db_revisions(struct db *db, void (*each)(void *ctx, const struct db_revision *), void *ctx)
{
	sqlite3_stmt *s;

	read_begin(db);
	s = db_prepare(db, "SELECT number, at, ifnull(who,''), ifnull(checksum,''), name, "
	    "length(text)-%d FROM revision LEFT JOIN checkpoint USING(number) "
	    "ORDER BY number DESC",
	    SEAL_OVERHEAD);
	while (db_next(db, s)) {
		struct db_revision r = {sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
		    (const char *)sqlite3_column_text(s, 2),
		    (const char *)sqlite3_column_text(s, 3),
		    (const char *)sqlite3_column_text(s, 4), sqlite3_column_int64(s, 5)};

		if (r.who && r.checksum)
			each(ctx, &r);
		else
			fault_code(db, SQLITE_NOMEM);
	}
	sqlite3_finalize(s);
	return read_end(db);
}

int64_t db_revision_find(struct db *db, const char *name)
{
	bool is_number = *name && strspn(name, "0123456789") == strlen(name);
	int64_t number = -1;
	sqlite3_stmt *s;

	if (!*name)
		return -1;
	read_begin(db);
	if (is_number)
		s = db_prepare(db, "SELECT number FROM revision WHERE number=CAST(? AS INTEGER)");
	else
		s = db_prepare(db, "SELECT max(number) FROM checkpoint WHERE name=?");
	db_bind_text(db, s, 1, name);
	if (db_next(db, s) && sqlite3_column_type(s, 0) != SQLITE_NULL)
		number = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return read_end(db) ? number : -1;
}

char *db_revision_text(struct db *db, int64_t number)
{
	char *text = NULL;
	bool sealed = false;
	sqlite3_stmt *s;

	read_begin(db);
	s = db_prepare(db, "SELECT text FROM revision WHERE number=%lld", (long long)number);
	if (db_next(db, s)) {
		size_t len = (size_t)sqlite3_column_bytes(s, 0);

		text = malloc(len + 1);
		if (!text) {
			fault_code(db, SQLITE_NOMEM);
		} else if (!unseal(db, sqlite3_column_blob(s, 0), len, text)) {
			free(text);
			text = NULL;
			sealed = true;
		}
	}
	sqlite3_finalize(s);
	if (read_end(db) && sealed) /* it has been read: that is no failure of the database */
		db->why = "it was sealed with another secret.key";
	return text;
}
