/*
 * See files.h. Nothing is kept. The state directory belongs to the manager, who
 * could put any file in the place of ours: so one that is not root's own goes,
 * and no link is followed. /
 */
#include "engine/keeper/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/keeper/ledger.h"

static const struct {
	const char *what, *path;
	bool ours; /* in the state directory, to be written; else of the host, to be read */
} FILES[] = {
    {"hosts", "/etc/hosts", false},
    {"resolver", "/etc/resolv.conf", false},
    {"accounting", "accounting" LEDGER_SUFFIX, true},
    {"accounting-2", "accounting-2" LEDGER_SUFFIX, true},
};

#define N_FILES (sizeof FILES / sizeof *FILES)

static size_t find(const char *what)
{
	size_t i;

	for (i = 0; i < N_FILES && strcmp(FILES[i].what, what) != 0; i++)
		;
	return i;
}

bool files_known(const char *what)
{
	return find(what) < N_FILES;
}

static bool is_own(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	       st.st_nlink == 1 && !(st.st_mode & (S_IWGRP | S_IWOTH));
}

static int open_own(int dir, const char *name)
{
	const int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	int fd = openat(dir, name, flags);

	if (fd >= 0 && is_own(fd))
		return fd;
	if (fd >= 0)
		close(fd);
	if (unlinkat(dir, name, 0) < 0 && errno != ENOENT)
		return -1;
	return openat(dir, name, flags | O_CREAT | O_EXCL, 0600);
}

int files_open(const char *what, const char *state)
{
	size_t i = find(what);
	int dir, fd, error;

	if (i == N_FILES) {
		errno = ENOENT;
		return -1;
	}
	if (!FILES[i].ours)
		return open(FILES[i].path, O_RDONLY | O_CLOEXEC);
	dir = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = dir < 0 ? -1 : open_own(dir, FILES[i].path);
	error = errno;
	if (dir >= 0)
		close(dir);
	errno = error;
	return fd;
}
