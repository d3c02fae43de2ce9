/*
 * The startup-config: a text file (0600) that is replaced whole, never written
 * over; loaded through the same parser as anything typed. Every save is kept
 * as a numbered revision, sealed like the secrets in it.
 *
 * It is not replaced by less than it holds: not when it could not be read or
 * loaded, nor while secrets of the running-config cannot be read. Whoever wants
 * that nevertheless erases it first.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "db/internal.h"

#define REVISIONS_KEPT 200

struct text {
	char *p;
	size_t used, size;
	bool failed; /* memory was short: it is not all there */
};

static void text_add(void *ctx, const char *s, size_t len)
{
	struct text *t = ctx;

	if (t->used + len + 1 > t->size) {
		size_t size = 2 * (t->used + len) + 4096;
		char *bigger = malloc(size);

		if (!bigger) {
			t->failed = true;
			return;
		}
		if (t->p) {
			memcpy(bigger, t->p, t->used);
			OPENSSL_cleanse(t->p, t->used);
			free(t->p);
		}
		t->p = bigger;
		t->size = size;
	}
	memcpy(t->p + t->used, s, len);
	t->used += len;
	t->p[t->used] = '\0';
}

static void text_free(struct text *t)
{
	if (t->p)
		OPENSSL_cleanse(t->p, t->used);
	free(t->p);
}

static void path_of(const struct db *db, const char *name, char path[4096])
{
	snprintf(path, 4096, "%s/%s", db->config.dir, name);
}

static bool write_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* The new text, whole and on the disk, under a name of its own. */
static bool write_temp(const char *temp, const char *text, size_t len)
{
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), saved;
	bool ok;

	if (fd < 0)
		return false;
	ok = fchmod(fd, 0600) == 0 && write_all(fd, text, len) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (!ok) {
		saved = errno;
		unlink(temp);
		errno = saved;
	}
	return ok;
}

static bool sync_folder(const struct db *db)
{
	int dir = open(db->config.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = dir >= 0 && fsync(dir) == 0;

	if (dir >= 0)
		close(dir);
	return ok;
}

static void add_revision(struct db *db, const struct text *t, const char *who, int64_t when,
    const char *checksum)
{
	sqlite3_stmt *s = db_prepare(db, "INSERT INTO revision(at, who, checksum, text) "
	    "VALUES(?, ?, ?, ?)");
	unsigned char *sealed = sqlite3_malloc64(t->used + SEAL_OVERHEAD);
	size_t len = sealed ? seal(db, t->p, t->used, sealed) : 0;

	if (!len)
		fault_note(db, "the revision cannot be sealed");
	sqlite3_bind_int64(s, 1, when);
	db_bind_text(db, s, 2, who);
	db_bind_text(db, s, 3, checksum);
	if (sqlite3_bind_blob64(s, 4, sealed, len, sqlite3_free))
		fault_code(db, SQLITE_NOMEM);
	db_step(db, s);
	sqlite3_finalize(s);
	s = db_prepare(db, "DELETE FROM revision WHERE number<=(SELECT max(number) FROM revision)-%d",
	    REVISIONS_KEPT);
	db_step(db, s);
	sqlite3_finalize(s);
}

/* What a save means to the database, in one transaction. */
static bool note_saved(struct db *db, const struct text *t, const char *who, int64_t when,
    const char *checksum)
{
	bool ok;

	if (!line_begin(db))
		return false;
	add_revision(db, t, who, when, checksum);
	db_exec(db, "DELETE FROM startup_error");
	put_meta(db, "modified", "0");
	ok = line_end(db, true, db->n_changes);
	if (ok)
		db->modified = db->modified_kept = false;
	return ok;
}

/* After all: the file could not be put in its place. */
static void note_not_saved(struct db *db)
{
	db->modified = true;
	db->modified_kept = db_exec(db, "DELETE FROM revision WHERE number=(SELECT max(number) FROM "
	    "revision)") && put_meta(db, "modified", "1");
}

/* Is there a startup-config that has to be spared? */
static bool is_held_back(struct db *db, char *error, size_t size)
{
	struct stat st;
	char path[4096];
	unsigned lost;

	path_of(db, "startup-config", path);
	if (stat(path, &st) && errno == ENOENT)
		return false;
	if (db->held_back[0]) {
		snprintf(error, size, "the startup-config %s and is not replaced. Use 'reload' to load it, or "
		    "'write erase' to remove it first", db->held_back);
		return true;
	}
	lost = lost_count(db);
	if (lost)
		snprintf(error, size, "%u secret%s of the running configuration cannot be read with this "
		    "secret.key. Put the former key back and reload, enter %s again, or use 'write erase' "
		    "first", lost, lost == 1 ? "" : "s", lost == 1 ? "it" : "them");
	else if (db->fault)
		snprintf(error, size, "%s", db->fault);
	return lost || db->fault;
}

static bool write_text(struct db *db, const char *header, struct text *t, char checksum[33])
{
	struct gram_out out = {text_add, t};
	char tail[64];

	text_add(t, header, strlen(header));
	db_render(db, RENDER_CLEAR, NULL, &out);
	db_checksum(db, checksum);
	snprintf(tail, sizeof(tail), "Cryptochecksum:%s\n: end\n", checksum);
	text_add(t, tail, strlen(tail));
	if (t->failed)
		fault_code(db, SQLITE_NOMEM);
	return !db->fault;
}

/* The steps of a save: each may fail, and the startup-config is the old one, or the new one. */
static bool save(struct db *db, const char *header, const char *who, int64_t when, struct text *t,
    char *error, size_t size)
{
	char checksum[33], path[4096], temp[4096 + 8];
	bool placed;

	path_of(db, "startup-config", path);
	snprintf(temp, sizeof(temp), "%s.new", path);
	if (!write_text(db, header, t, checksum)) {
		snprintf(error, size, "the running configuration cannot be read: %s", db->fault);
	} else if (!seal_key_kept(db)) {
		snprintf(error, size, "secret.key: %s", strerror(errno));
	} else if (!write_temp(temp, t->p, t->used)) {
		snprintf(error, size, "startup-config: %s", strerror(errno));
	} else if (!note_saved(db, t, who, when, checksum)) {
		snprintf(error, size, "the revision cannot be stored: %s", db->fault);
		unlink(temp);
	} else {
		placed = rename(temp, path) == 0;
		if (placed && sync_folder(db))
			return true;
		snprintf(error, size, "startup-config: %s", strerror(errno));
		if (!placed)
			unlink(temp);
		note_not_saved(db);
	}
	return false;
}

long db_save(struct db *db, const char *header, const char *who, int64_t when, char *error,
    size_t size)
{
	struct text t = {0};
	bool ok = false;

	if (db->held) {
		snprintf(error, size, "a change has not been settled yet");
		return -1;
	}
	call_begin(db);
	if (!is_held_back(db, error, size))
		ok = save(db, header, who, when, &t, error, size);
	call_end(db);
	text_free(&t);
	return ok ? (long)t.used : -1;
}

/* ---- reading it ------------------------------------------------------------------------- */

char *db_startup_text(const struct db *db, size_t *len)
{
	char path[4096], *text = NULL;
	struct stat st;
	ssize_t n = -1;
	int fd;

	path_of(db, "startup-config", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	*len = 0;
	if (fstat(fd, &st) == 0 && (text = malloc((size_t)st.st_size + 1)))
		while ((n = read(fd, text + *len, (size_t)st.st_size - *len)) > 0)
			*len += (size_t)n;
	if (text && n < 0) {
		free(text);
		text = NULL;
	}
	if (!text && errno == ENOENT)
		errno = EIO;
	close(fd);
	if (text)
		text[*len] = '\0';
	return text;
}

/* Until it is erased, or loaded after all, nothing takes its place. */
static enum db_load hold_back(struct db *db, const char *why, const char *detail)
{
	snprintf(db->held_back, sizeof(db->held_back), "%s (%s)", why, detail);
	call_begin(db);
	if (!db->boot[0])
		put_meta(db, "held_back", db->held_back);
	call_end(db);
	db_note(db, "the startup-config %s", db->held_back);
	return DB_LOAD_FAILED;
}

static bool load(struct db *db, const char *text, size_t len, struct db_report *report)
{
	if (!db_begin(db))
		return false;
	call_begin(db);
	db->held_back[0] = '\0';
	db_exec(db, "DELETE FROM startup_error");
	put_meta(db, "held_back", "");
	put_meta(db, "modified", "0");
	call_end(db);
	db_clear(db);
	db_apply(db, text, len, 15, DB_APPLY_WHOLE | DB_APPLY_KEEP, report);
	return db_commit(db);
}

enum db_load db_load_startup(struct db *db, struct db_report *report)
{
	size_t len;
	char *text = db_startup_text(db, &len);
	bool ok = false;

	if (!text && errno != ENOENT) /* a second look, before the gateway has to do without */
		text = db_startup_text(db, &len);
	if (!text)
		return errno == ENOENT ? DB_LOAD_NONE :
		    hold_back(db, "could not be read", strerror(errno));
	for (int tries = 0; !ok && tries < 2; tries++)
		ok = load(db, text, len, report);
	OPENSSL_cleanse(text, len);
	free(text);
	if (!ok)
		return hold_back(db, "could not be loaded", db_fault(db));
	call_begin(db);
	db->modified = false;
	db->modified_kept = !put_meta(db, "modified", "0");
	call_end(db);
	return DB_LOAD_DONE;
}

unsigned db_startup_errors(struct db *db, void (*each)(void *ctx, unsigned number, const char *line),
    void *ctx)
{
	sqlite3_stmt *s;
	unsigned n = 0;

	read_begin(db);
	s = db_prepare(db, "SELECT number, line FROM startup_error ORDER BY number");
	while (db_next(db, s)) {
		size_t len = (size_t)sqlite3_column_bytes(s, 1);
		char *line = malloc(len + 1);

		if (!line)
			fault_code(db, SQLITE_NOMEM);
		else if (!unseal(db, sqlite3_column_blob(s, 1), len, line))
			strcpy(line, "");
		if (line && each)
			each(ctx, (unsigned)sqlite3_column_int64(s, 0), line);
		if (line)
			OPENSSL_cleanse(line, len);
		free(line);
		n++;
	}
	sqlite3_finalize(s);
	read_end(db);
	return n;
}

bool db_erase_startup(struct db *db)
{
	char path[4096], to[64];

	path_of(db, "startup-config", path);
	if (unlink(path) && errno != ENOENT && !put_aside(db, "startup-config", to))
		return false;
	if (!sync_folder(db))
		return false;
	db->held_back[0] = '\0';
	call_begin(db);
	put_meta(db, "held_back", "");
	call_end(db);
	return true;
}

/* ---- revisions ---------------------------------------------------------------------------- */

bool db_revisions(struct db *db, void (*each)(void *ctx, const struct db_revision *), void *ctx)
{
	sqlite3_stmt *s;

	read_begin(db);
	s = db_prepare(db, "SELECT number, at, ifnull(who,''), ifnull(checksum,'') FROM revision "
	    "ORDER BY number DESC");
	while (db_next(db, s)) {
		struct db_revision r = {sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
			(const char *)sqlite3_column_text(s, 2), (const char *)sqlite3_column_text(s, 3)};

		if (r.who && r.checksum)
			each(ctx, &r);
		else
			fault_code(db, SQLITE_NOMEM);
	}
	sqlite3_finalize(s);
	return read_end(db);
}

char *db_revision_text(struct db *db, int64_t number)
{
	char *text = NULL;
	sqlite3_stmt *s;

	read_begin(db);
	s = db_prepare(db, "SELECT text FROM revision WHERE number=%lld", (long long)number);
	if (db_next(db, s)) {
		size_t len = (size_t)sqlite3_column_bytes(s, 0);

		text = malloc(len + 1);
		if (!text) {
			fault_code(db, SQLITE_NOMEM);
		} else if (!unseal(db, sqlite3_column_blob(s, 0), len, text)) {
			fault_note(db, "it was sealed with another secret.key");
			free(text);
			text = NULL;
		}
	}
	sqlite3_finalize(s);
	read_end(db);
	return text;
}
