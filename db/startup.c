/*
 * The startup-config: a text file (0600) that is replaced whole, never written
 * over; loaded through the same parser as anything typed. Every save is kept
 * as a numbered revision, sealed like the secrets in it.
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
};

static void text_add(void *ctx, const char *s, size_t len)
{
	struct text *t = ctx;

	if (t->used + len + 1 > t->size) {
		size_t size = 2 * (t->used + len) + 4096;
		char *bigger = malloc(size);

		if (!bigger)
			abort();
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

/* Temp, fsync, rename, fsync of the folder: at any moment the old or the new text is there. */
static bool replace_file(const struct db *db, const char *name, const char *text, size_t len)
{
	char path[4096], temp[4096 + 8];
	int fd, dir;
	bool ok;

	path_of(db, name, path);
	snprintf(temp, sizeof(temp), "%s.new", path);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	ok = fchmod(fd, 0600) == 0 && write_all(fd, text, len) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok && rename(temp, path) == 0;
	if (!ok) {
		int saved = errno;

		unlink(temp);
		errno = saved;
		return false;
	}
	dir = open(db->config.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0) {
		fsync(dir);
		close(dir);
	}
	return true;
}

static void add_revision(struct db *db, const struct text *t, const char *who, int64_t when,
    const char *checksum)
{
	sqlite3_stmt *s = db_prepare(db, "INSERT INTO revision(at, who, checksum, text) "
	    "VALUES(?, ?, ?, ?)");
	unsigned char *sealed = malloc(t->used + SEAL_OVERHEAD);

	if (!sealed)
		abort();
	sqlite3_bind_int64(s, 1, when);
	sqlite3_bind_text(s, 2, who, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(s, 3, checksum, -1, SQLITE_TRANSIENT);
	sqlite3_bind_blob64(s, 4, sealed, seal(db, t->p, t->used, sealed), SQLITE_TRANSIENT);
	db_step(s);
	sqlite3_finalize(s);
	free(sealed);
	s = db_prepare(db, "DELETE FROM revision WHERE number<=(SELECT max(number) FROM revision)-%d",
	    REVISIONS_KEPT);
	db_step(s);
	sqlite3_finalize(s);
}

static void not_modified(struct db *db)
{
	db->modified = false;
	db_exec(db, "INSERT OR REPLACE INTO meta VALUES ('modified', '0')");
}

long db_save(struct db *db, const char *header, const char *who, int64_t when, char *error,
    size_t size)
{
	struct text t = {0};
	struct gram_out out = {text_add, &t};
	char checksum[33], tail[64];
	long bytes = -1;

	text_add(&t, header, strlen(header));
	db_render(db, RENDER_CLEAR, NULL, &out);
	db_checksum(db, checksum);
	snprintf(tail, sizeof(tail), "Cryptochecksum:%s\n: end\n", checksum);
	text_add(&t, tail, strlen(tail));
	if (seal_key_kept(db) && replace_file(db, "startup-config", t.p, t.used)) {
		bytes = (long)t.used;
		add_revision(db, &t, who, when, checksum);
		db_exec(db, "DELETE FROM startup_error");
		not_modified(db);
	} else {
		snprintf(error, size, "%s", strerror(errno));
	}
	text_free(&t);
	return bytes;
}

char *db_startup_text(struct db *db, size_t *len)
{
	char path[4096], *text;
	struct stat st;
	ssize_t n;
	int fd;

	path_of(db, "startup-config", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) || st.st_size < 0 || !(text = malloc((size_t)st.st_size + 1))) {
		close(fd);
		return NULL;
	}
	n = read(fd, text, (size_t)st.st_size);
	close(fd);
	*len = n < 0 ? 0 : (size_t)n;
	text[*len] = '\0';
	return text;
}

bool db_load_startup(struct db *db, struct db_report *report)
{
	size_t len;
	char *text = db_startup_text(db, &len);
	bool began;

	if (!text)
		return false;
	began = db_begin(db);
	db_exec(db, "DELETE FROM startup_error");
	db_clear(db);
	db_apply(db, text, len, 15, DB_APPLY_WHOLE | DB_APPLY_KEEP, report);
	if (began)
		db_commit(db);
	OPENSSL_cleanse(text, len);
	free(text);
	not_modified(db);
	return true;
}

unsigned db_startup_errors(struct db *db, struct gram_out *out)
{
	sqlite3_stmt *s = db_prepare(db, "SELECT number, line FROM startup_error ORDER BY number");
	char text[GRAM_LINE_MAX + 32];
	unsigned n = 0;

	while (sqlite3_step(s) == SQLITE_ROW) {
		int len = snprintf(text, sizeof(text), "%lld %s\n",
		    (long long)sqlite3_column_int64(s, 0), (const char *)sqlite3_column_text(s, 1));

		n++;
		if (out && len > 0)
			out->write(out->ctx, text, (size_t)len);
	}
	sqlite3_finalize(s);
	return n;
}

bool db_erase_startup(struct db *db)
{
	char path[4096];

	path_of(db, "startup-config", path);
	return unlink(path) == 0 || errno == ENOENT;
}

void db_revisions(struct db *db, void (*each)(void *ctx, const struct db_revision *), void *ctx)
{
	sqlite3_stmt *s = db_prepare(db, "SELECT number, at, who, checksum FROM revision "
	    "ORDER BY number DESC");

	while (sqlite3_step(s) == SQLITE_ROW) {
		struct db_revision r = {sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
			(const char *)sqlite3_column_text(s, 2), (const char *)sqlite3_column_text(s, 3)};

		each(ctx, &r);
	}
	sqlite3_finalize(s);
}

char *db_revision_text(struct db *db, int64_t number)
{
	sqlite3_stmt *s = db_prepare(db, "SELECT text FROM revision WHERE number=%lld",
	    (long long)number);
	char *text = NULL;

	if (sqlite3_step(s) == SQLITE_ROW) {
		size_t len = (size_t)sqlite3_column_bytes(s, 0);

		text = malloc(len + 1);
		if (text && !unseal(db, sqlite3_column_blob(s, 0), len, text)) {
			free(text);
			text = NULL;
		}
	}
	sqlite3_finalize(s);
	return text;
}
