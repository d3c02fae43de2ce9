/* The folder of disk0: looked at anew by each call; nothing of it is kept in memory. */
#include "cli/disk/disk.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INCOMING_MAX 128 /* files that are being written, at a time: `.incoming.N`, not shown */

bool disk_name(const char *name)
{
	size_t len = strlen(name);

	if (!len || len > DISK_NAME_MAX || name[0] == '.')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!(isascii((unsigned char)name[i]) && isalnum((unsigned char)name[i])) &&
		    !strchr("._-+@%=", name[i]))
			return false;
	return true;
}

static bool path_of(const char *state, const char *name, char path[4096])
{
	int n = snprintf(path, 4096, "%s/disk0/%s", state, name);

	if (n > 0 && n < 4096)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct disk_file *)a)->name, ((const struct disk_file *)b)->name);
}

/* False: no file that an operator sees. */
static bool look(const char *state, const char *name, struct disk_file *f)
{
	char path[4096];
	struct stat st;

	if (!disk_name(name) || !path_of(state, name, path) || lstat(path, &st) < 0 ||
	    !S_ISREG(st.st_mode))
		return false;
	snprintf(f->name, sizeof f->name, "%s", name);
	f->inode = st.st_ino;
	f->size = (uint64_t)st.st_size;
	f->changed = st.st_mtime;
	return true;
}

struct disk_file *disk_list(const char *state, size_t *n)
{
	struct disk_file *all = calloc(DISK_FILES_MAX, sizeof *all);
	char path[4096];
	struct dirent *e;
	DIR *d;

	*n = 0;
	if (!all || !path_of(state, "", path)) {
		free(all);
		return NULL;
	}
	d = opendir(path);
	if (!d && errno == ENOENT)
		return all;
	if (!d) {
		free(all);
		return NULL;
	}
	while (*n < DISK_FILES_MAX && (e = readdir(d)))
		*n += look(state, e->d_name, &all[*n]);
	closedir(d);
	qsort(all, *n, sizeof *all, by_name);
	return all;
}

uint64_t disk_free(const char *state)
{
	size_t n;
	uint64_t used = 0;
	struct disk_file *all = disk_list(state, &n);

	if (!all || n == DISK_FILES_MAX) {
		free(all);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		used += all[i].size;
	free(all);
	return used < DISK_SIZE ? DISK_SIZE - used : 0;
}

bool disk_has(const char *state, const char *name)
{
	struct disk_file f;

	return look(state, name, &f);
}

static bool read_all(int fd, char *to, size_t want, size_t *len)
{
	ssize_t n = 0;

	*len = 0;
	while (*len < want && (n = read(fd, to + *len, want - *len)) != 0) {
		if (n < 0 && errno != EINTR)
			return false;
		*len += n > 0 ? (size_t)n : 0;
	}
	return true;
}

char *disk_read(const char *state, const char *name, size_t *len)
{
	struct disk_file f;
	char path[4096], *text;
	int fd;

	if (!look(state, name, &f) || !path_of(state, name, path)) {
		errno = ENOENT;
		return NULL;
	}
	if (f.size > DISK_SIZE) {
		errno = EFBIG;
		return NULL;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	text = fd < 0 ? NULL : malloc(f.size + 1);
	if (text && read_all(fd, text, f.size, len)) {
		text[*len] = 0;
	} else {
		free(text);
		text = NULL;
	}
	if (fd >= 0)
		close(fd);
	return text;
}

static bool write_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
	return true;
}

/* Is there room, when what it replaces has gone? */
static bool fits(const char *state, const char *name, size_t len)
{
	struct disk_file old = {.size = 0};
	bool replaces = look(state, name, &old);
	size_t n;
	struct disk_file *all = replaces ? NULL : disk_list(state, &n);
	bool listed = replaces || (all && n < DISK_FILES_MAX);

	free(all);
	return listed && len <= disk_free(state) + old.size;
}

/* What a process before this one has left half written. */
static void sweep(const char *state)
{
	static bool swept;
	char name[32], path[4096];

	for (unsigned i = 0; !swept && i < INCOMING_MAX; i++) {
		snprintf(name, sizeof name, ".incoming.%u", i);
		if (path_of(state, name, path))
			unlink(path);
	}
	swept = true;
}

/* A file of its own, under a name that no other has now. */
static bool open_temp(struct disk_writer *w)
{
	char path[4096];

	for (unsigned i = 0; !w->open && i < INCOMING_MAX; i++) {
		snprintf(w->temp, sizeof w->temp, ".incoming.%u", i);
		if (!path_of(w->state, w->temp, path))
			return false;
		w->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		w->open = w->fd >= 0;
		if (!w->open && errno != EEXIST)
			return false;
	}
	return w->open;
}

bool disk_begin(struct disk_writer *w, const char *state, const char *name, size_t len)
{
	char folder[4096];

	*w = (struct disk_writer){.state = state};
	if (!disk_name(name)) {
		errno = EINVAL;
		return false;
	}
	strcpy(w->name, name);
	if (!path_of(state, "", folder) || (mkdir(folder, 0700) < 0 && errno != EEXIST))
		return false;
	sweep(state);
	if (!fits(state, name, len)) {
		errno = ENOSPC;
		return false;
	}
	return open_temp(w);
}

bool disk_put(struct disk_writer *w, const void *bytes, size_t len)
{
	return write_all(w->fd, bytes, len) && fdatasync(w->fd) == 0;
}

/* Into its place, if it still fits: others may have come meanwhile. */
static bool put_in_place(struct disk_writer *w)
{
	char temp[4096], path[4096];
	struct stat st;

	if (fstat(w->fd, &st) < 0 || fsync(w->fd) < 0)
		return false;
	if (!fits(w->state, w->name, (size_t)st.st_size)) {
		errno = ENOSPC;
		return false;
	}
	return path_of(w->state, w->temp, temp) && path_of(w->state, w->name, path) &&
	       rename(temp, path) == 0;
}

bool disk_end(struct disk_writer *w)
{
	bool ok = put_in_place(w);
	int error = errno;

	if (ok) {
		close(w->fd);
		w->open = false;
	}
	disk_abandon(w);
	errno = error;
	return ok;
}

void disk_abandon(struct disk_writer *w)
{
	char path[4096];

	if (!w->open)
		return;
	close(w->fd);
	w->open = false;
	if (path_of(w->state, w->temp, path))
		unlink(path);
}

bool disk_rename(const char *state, const char *from, const char *to)
{
	char old[4096], new[4096];

	if (!disk_has(state, from))
		errno = ENOENT;
	else if (!disk_name(to))
		errno = EINVAL;
	else if (disk_has(state, to))
		errno = EEXIST;
	else
		return path_of(state, from, old) && path_of(state, to, new) &&
		       rename(old, new) == 0;
	return false;
}

bool disk_remove(const char *state, const char *name)
{
	char path[4096];

	if (!disk_has(state, name)) {
		errno = ENOENT;
		return false;
	}
	return path_of(state, name, path) && unlink(path) == 0;
}
