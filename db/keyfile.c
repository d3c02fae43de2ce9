/*
 * The key that secrets are sealed with: secret.key of the state directory (0600),
 * made when there is none, put aside when it is none, written again when somebody
 * removed it while it is in use.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/keyfile.h"
#include "db/folder.h"

static void key_path(const struct db *db, char path[4096])
{
	snprintf(path, 4096, "%s/secret.key", db->config.dir);
}

static bool write_key(struct db *db, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0)
		return false;
	errno = EIO;
	ok = write(fd, db->key, SEAL_KEY) == SEAL_KEY;
	ok = close(fd) == 0 && ok;
	if (!ok) {
		int saved = errno;

		unlink(path);
		errno = saved;
	}
	db->key_is_new = ok;
	return ok;
}

static bool new_key(struct db *db, const char *path)
{
	errno = EIO;
	return RAND_bytes(db->key, SEAL_KEY) == 1 && write_key(db, path);
}

bool keyfile_stands(struct db *db)
{
	char path[4096];

	if (!db->config.dir)
		return true;
	key_path(db, path);
	if (access(path, F_OK) == 0 || errno != ENOENT)
		return true;
	if (!write_key(db, path))
		return false;
	folder_note(db, "secret.key was removed: it is there again, for the secrets that it seals");
	return true;
}

bool keyfile_kept(struct db *db)
{
	char path[4096];
	int fd;
	bool ok;

	if (!keyfile_stands(db))
		return false;
	if (!db->key_is_new)
		return true;
	key_path(db, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	db->key_is_new = !ok;
	return ok;
}

/* 1: read; 0: there is none; -1: what stands there is no key, or cannot be read. */
static int read_key(struct db *db, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char more;
	bool ok;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	errno = 0;
	ok = read(fd, db->key, SEAL_KEY) == SEAL_KEY && read(fd, &more, 1) == 0;
	close(fd);
	return ok ? 1 : -1;
}

bool keyfile_open(struct db *db, char *error, size_t size)
{
	char path[4096], why[128], to[64];
	int found;

	key_path(db, path);
	found = read_key(db, path);
	if (found < 0) /* a second look, before it is put aside */
		found = read_key(db, path);
	if (found > 0)
		return true;
	/* Short of memory or descriptors: that is not the file's fault. */
	if (found < 0 && (errno == ENOMEM || errno == EMFILE || errno == ENFILE)) {
		snprintf(error, size, "%s: %s", path, strerror(errno));
		return false;
	}
	if (found < 0) {
		snprintf(why, sizeof(why), "%s", errno ? strerror(errno) : "it is no key");
		if (!folder_put_aside(db, "secret.key", to)) {
			snprintf(error, size, "%s: %s", path, why);
			return false;
		}
		folder_note(db,
		    "secret.key cannot be used (%s): it was put aside as %s, and a new one made",
		    why, to);
	}
	if (new_key(db, path))
		return true;
	snprintf(error, size, "%s: %s", path, strerror(errno));
	return false;
}
