/*
 * A save: the running-config becomes the startup-config and the next revision; a checkpoint is the
 * revision alone.
 *
 * It is not replaced by less than it holds: not when it could not be read or
 * loaded, nor while secrets of the running-config cannot be read. Whoever wants
 * that nevertheless erases it first.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/fault.h"
#include "db/folder.h"
#include "db/keyfile.h"
#include "db/lost.h"
#include "db/meta.h"
#include "db/revision.h"
#include "db/sql.h"
#include "db/startup_file.h"
#include "db/transaction.h"
#include "parser/text.h"

/* What a save means to the database, in one transaction. */
static bool note_saved(struct db *db, const struct text *t, const char *who, int64_t when,
    const char *checksum)
{
	bool ok;

	if (!line_begin(db))
		return false;
	revision_add(db, t, who, when, checksum);
	db_exec(db, "DELETE FROM startup_error");
	meta_put(db, "modified", "0");
	ok = line_end(db, true, db->n_changes);
	if (ok)
		db->modified = db->modified_kept = false;
	return ok;
}

/* After all: the file could not be put in its place. */
static void note_not_saved(struct db *db)
{
	db->modified = true;
	db->modified_kept = db_exec(db,
				"DELETE FROM revision WHERE number=(SELECT max(number) FROM "
				"revision)") &&
			    meta_put(db, "modified", "1");
}

/* Is there a startup-config that has to be spared? */
static bool is_held_back(struct db *db, char *error, size_t size)
{
	struct stat st;
	char path[4096];
	unsigned lost;

	folder_path(db, "startup-config", path);
	if (stat(path, &st) && errno == ENOENT)
		return false;
	if (db->held_back[0]) {
		snprintf(error, size,
		    "the startup-config %s and is not replaced. Use 'reload' to load it, or "
		    "'write erase' to remove it first",
		    db->held_back);
		return true;
	}
	lost = lost_count(db);
	if (lost)
		snprintf(error, size,
		    "%u secret%s of the running configuration cannot be read with this "
		    "secret.key. Put the former key back and reload, enter %s again, or use "
		    "'write erase' "
		    "first",
		    lost, lost == 1 ? "" : "s", lost == 1 ? "it" : "them");
	else if (db->fault)
		snprintf(error, size, "%s", db->fault);
	return lost || db->fault;
}

static bool write_text(struct db *db, const char *header, struct text *t, char checksum[33])
{
	struct gram_out out = text_out(t);

	text_add(t, header);
	db_render(db, RENDER_CLEAR, NULL, &out);
	db_checksum(db, checksum);
	text_addf(t, "Cryptochecksum:%s\n: end\n", checksum);
	if (text_failed(t))
		fault_code(db, SQLITE_NOMEM);
	return !db->fault;
}

/* The new text is on the disk; into its place with it. False with errno: whether it is there
 * already is told in `placed`. */
static bool put_in_place(const struct db *db, const char *temp, const char *path, bool *placed)
{
	*placed = rename(temp, path) == 0;
	return *placed && startup_sync(db);
}

/* The steps of a save: each may fail, and the startup-config is the old one, or the new one. */
static bool save(struct db *db, const char *header, const char *who, int64_t when, struct text *t,
    char *error, size_t size)
{
	char checksum[33], path[4096], temp[4096 + 8];
	bool placed;

	folder_path(db, "startup-config", path);
	snprintf(temp, sizeof(temp), "%s.new", path);
	if (!write_text(db, header, t, checksum)) {
		snprintf(error, size, "the running configuration cannot be read: %s", db->fault);
	} else if (!keyfile_kept(db)) {
		snprintf(error, size, "secret.key: %s", strerror(errno));
	} else if (!startup_write(temp, t->p, t->len)) {
		snprintf(error, size, "startup-config: %s", strerror(errno));
	} else if (!note_saved(db, t, who, when, checksum)) {
		snprintf(error, size, "the revision cannot be stored: %s", db->fault);
		unlink(temp);
	} else {
		if (put_in_place(db, temp, path, &placed))
			return true;
		snprintf(error, size, "startup-config: %s", strerror(errno));
		if (!placed)
			unlink(temp);
		note_not_saved(db);
	}
	return false;
}

int64_t db_checkpoint(struct db *db, const char *name, const char *header, const char *who,
    int64_t when, char *error, size_t size)
{
	struct text t = {0};
	char checksum[33];
	int64_t number = -1;

	if (db->held) {
		snprintf(error, size, "a change has not been settled yet");
		return -1;
	}
	call_begin(db);
	if (write_text(db, header, &t, checksum) && line_begin(db)) {
		revision_add(db, &t, who, when, checksum);
		number = sqlite3_last_insert_rowid(db->sql);
		checkpoint_add(db, name);
		if (!line_end(db, true, db->n_changes))
			number = -1;
	}
	if (number < 0)
		snprintf(error, size, "%s", db->fault ? db->fault : "out of memory");
	call_end(db);
	text_free(&t);
	return number;
}

long db_save(struct db *db, const char *header, const char *who, int64_t when, char *error,
    size_t size)
{
	struct text t = {0};
	long len;
	bool ok = false;

	if (db->held) {
		snprintf(error, size, "a change has not been settled yet");
		return -1;
	}
	call_begin(db);
	if (!is_held_back(db, error, size))
		ok = save(db, header, who, when, &t, error, size);
	call_end(db);
	len = (long)t.len;
	text_free(&t);
	return ok ? len : -1;
}

/* The checksum that a configuration says of itself; without one, none. */
static void checksum_of(const struct text *t, char checksum[33])
{
	static const char word[] = "Cryptochecksum:";
	const char *at = memmem(t->p, t->len, word, sizeof(word) - 1);

	at = at ? at + sizeof(word) - 1 : "";
	snprintf(checksum, 33, "%.*s", (int)strspn(at, "0123456789abcdef"), at);
}

/* What the replacement means to the database: a revision, and nothing is spared any more. */
static bool note_replaced(struct db *db, const struct text *t, const char *who, int64_t when)
{
	char checksum[33];

	if (!line_begin(db))
		return false;
	checksum_of(t, checksum);
	revision_add(db, t, who, when, checksum);
	db_exec(db, "DELETE FROM startup_error");
	meta_put(db, "held_back", "");
	if (!line_end(db, true, db->n_changes))
		return false;
	db->held_back[0] = '\0';
	return true;
}

bool db_startup_replace(struct db *db, const char *text, size_t len, const char *who, int64_t when,
    char *error, size_t size)
{
	char path[4096], temp[4096 + 8];
	struct text t = {.secret = true};
	bool ok = false, placed;

	if (db->held) {
		snprintf(error, size, "a change has not been settled yet");
		return false;
	}
	call_begin(db);
	text_addn(&t, text, len);
	folder_path(db, "startup-config", path);
	snprintf(temp, sizeof(temp), "%s.new", path);
	if (text_failed(&t) || !t.p)
		snprintf(error, size, "out of memory");
	else if (!startup_write(temp, text, len))
		snprintf(error, size, "startup-config: %s", strerror(errno));
	else if (!note_replaced(db, &t, who, when))
		snprintf(error, size, "the revision cannot be stored: %s", db->fault);
	else if (!(ok = put_in_place(db, temp, path, &placed)))
		snprintf(error, size, "startup-config: %s", strerror(errno));
	if (!ok)
		unlink(temp);
	call_end(db);
	text_free(&t);
	return ok;
}
