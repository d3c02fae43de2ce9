/*
 * startup-config, the file (0600): replaced whole, never written over; read whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/startup_file.h"
#include "db/folder.h"

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
bool startup_write(const char *temp, const char *text, size_t len)
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

bool startup_sync(const struct db *db)
{
	int dir = open(db->config.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = dir >= 0 && fsync(dir) == 0;

	if (dir >= 0)
		close(dir);
	return ok;
}

char *db_startup_text(const struct db *db, size_t *len)
{
	char path[4096], *text = NULL;
	struct stat st;
	ssize_t n = -1;
	int fd;

	folder_path(db, "startup-config", path);
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
