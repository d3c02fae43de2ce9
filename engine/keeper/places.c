/*
 * Owns the state directory's lock, the console socket and that of the tokens. The state directory
 * belongs to the manager, whose root it becomes; so root follows no link in it.
 */
#include "engine/keeper/places.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/journal.h"
#include "engine/keeper/identity.h"
#include "engine/keeper/ledger.h"

#define CONSOLE_GROUP "gatehouse"
#define CONSOLE_BACKLOG 64
#define TOKENS_SUFFIX ".token"
#define NAP 50 /* milliseconds, then each time twice as long */
#define NAPS 7 /* 6 seconds in all */

static const struct places NOTHING = {.lock = -1, .console = -1, .tokens = -1, .config = -1};

static bool complain(const char *what)
{
	journal(LOG_ERR, "%s: %s", what, strerror(errno));
	return false;
}

/* Makes a directory and those above it, 0755. True when it is there. */
static bool make_directories(const char *path)
{
	char *copy = strdup(path);
	bool ok = copy != NULL;

	for (char *slash = copy; ok && (slash = strchr(slash + 1, '/'));) {
		*slash = 0;
		ok = mkdir(copy, 0755) == 0 || errno == EEXIST;
		*slash = '/';
	}
	ok = ok && (mkdir(path, 0755) == 0 || errno == EEXIST);
	free(copy);
	return ok;
}

/* The keeper's own books. */
static bool is_ledger(const char *name)
{
	size_t len = strlen(name), end = sizeof LEDGER_SUFFIX - 1;

	return len > end && !strcmp(name + len - end, LEDGER_SUFFIX);
}

/* Whose file may be given away: root's, and his own of when he had another number. */
static bool is_to_give(const struct stat *st, uid_t before)
{
	return (st->st_uid == 0 || st->st_uid == before ||
		   identity_was(ROLE_MANAGER, st->st_uid)) &&
	       st->st_uid != identity_uid(ROLE_MANAGER);
}

/* Files that root put there (a startup-config, copied in) become the manager's, and those that were
 * his when he had another number: the owner of the directory was he. Folders of his (`ssh`,
 * `disk0`) with what is in them, `depth` deep. Closes `dir`. */
static void give_files(int dir, uid_t before, unsigned depth)
{
	DIR *d = fdopendir(dir);
	struct dirent *e;
	struct stat st;

	if (!d) {
		close(dir);
		return;
	}
	while ((e = readdir(d))) {
		bool folder;

		if (is_ledger(e->d_name) || !strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
		    fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		folder = S_ISDIR(st.st_mode) && depth && st.st_uid != 0;
		if (is_to_give(&st, before) &&
		    (folder || (S_ISREG(st.st_mode) && st.st_nlink == 1)))
			(void)fchownat(dir, e->d_name, identity_uid(ROLE_MANAGER),
			    identity_gid(ROLE_MANAGER), AT_SYMLINK_NOFOLLOW);
		if (folder)
			give_files(openat(dir, e->d_name,
				       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
			    before, depth - 1);
	}
	closedir(d);
}

static bool open_state(struct places *p, const char *state)
{
	int dir = make_directories(state) ? open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (dir < 0)
		return complain(state);
	p->lock = openat(dir, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (p->lock < 0 || flock(p->lock, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			journal(LOG_ERR, "another instance uses the state directory %s", state);
		else
			complain(state);
		close(dir);
		return false;
	}
	if (geteuid() == 0) {
		struct stat st = {0};

		(void)fstat(dir, &st);
		(void)fchown(dir, identity_uid(ROLE_MANAGER), identity_gid(ROLE_MANAGER));
		(void)fchmod(dir, 0700);
		give_files(dup(dir), st.st_uid, 1);
	}
	close(dir);
	return true;
}

/* Does somebody answer there, or would he, who has more callers than he can take? */
static bool answers(const struct sockaddr_un *a)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool yes = fd >= 0 && (connect(fd, (const struct sockaddr *)a, sizeof *a) == 0 ||
	                          errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return yes;
}

/* The roles of a keeper that was killed end by themselves, some milliseconds after it; on a machine
 * that is busy, or whose disk is, after seconds. */
static bool goes_on_answering(const struct sockaddr_un *a)
{
	for (int naps = 0; answers(a); naps++) {
		long ms = NAP << naps;
		struct timespec nap = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

		if (naps == NAPS)
			return true;
		nanosleep(&nap, NULL);
	}
	return false;
}

/* 0600 root, or 0660 where the group exists. */
static void set_rights(const char *path)
{
	const struct group *g = getgrnam(CONSOLE_GROUP);

	if (g && chown(path, 0, g->gr_gid) == 0)
		(void)chmod(path, 0660);
}

/* Listens there, 0600; what stood there goes. -1 with errno. */
static int listen_at(const struct sockaddr_un *a)
{
	int fd;
	mode_t mask;

	if (unlink(a->sun_path) < 0 && errno != ENOENT)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mask = umask(0177);
	if (fd >= 0 && (bind(fd, (const struct sockaddr *)a, sizeof *a) < 0 ||
	    listen(fd, CONSOLE_BACKLOG) < 0)) {
		int error = errno;

		close(fd);
		errno = error;
		fd = -1;
	}
	umask(mask);
	return fd;
}

/* The door's terminals show their tokens beside the console. Only the door's user comes in. */
static bool open_tokens(struct places *p, const char *console)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	if (strlen(console) + sizeof TOKENS_SUFFIX > sizeof a.sun_path) {
		journal(LOG_WARNING, "%s" TOKENS_SUFFIX ": the name is too long, no SSH", console);
		return true;
	}
	strcpy(a.sun_path, console);
	strcat(a.sun_path, TOKENS_SUFFIX);
	p->tokens = listen_at(&a);
	if (p->tokens < 0)
		return complain(a.sun_path);
	strcpy(p->tokens_path, a.sun_path);
	return geteuid() != 0 ||
	    chown(a.sun_path, identity_uid(ROLE_SSH), identity_gid(ROLE_SSH)) == 0 ||
	    complain(a.sun_path);
}

static bool open_console(struct places *p, const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	char *dir = strdup(path), *slash = dir ? strrchr(dir, '/') : NULL;
	bool ok = true;

	if (slash && slash != dir) {
		*slash = 0;
		ok = make_directories(dir);
	}
	free(dir);
	if (!ok)
		return complain(path);
	if (strlen(path) >= sizeof a.sun_path) {
		errno = ENAMETOOLONG;
		return complain(path);
	}
	strcpy(a.sun_path, path);
	if (goes_on_answering(&a)) {
		journal(LOG_ERR, "another instance serves the console socket %s", path);
		return false;
	}
	p->console = listen_at(&a);
	if (p->console < 0)
		return complain(path);
	set_rights(path);
	strcpy(p->console_path, path);
	return true;
}

bool places_open(struct places *p, const char *state, const char *socket, const char *config)
{
	*p = NOTHING;
	if (config) {
		p->config = open(config, O_RDONLY | O_CLOEXEC);
		if (p->config < 0)
			return complain(config);
	}
	if (open_state(p, state) && open_console(p, socket) && open_tokens(p, socket))
		return true;
	places_close(p);
	return false;
}

void places_close(struct places *p)
{
	if (p->console_path[0])
		unlink(p->console_path);
	if (p->tokens_path[0])
		unlink(p->tokens_path);
	if (p->tokens >= 0)
		close(p->tokens);
	if (p->console >= 0)
		close(p->console);
	if (p->config >= 0)
		close(p->config);
	if (p->lock >= 0)
		close(p->lock);
	*p = NOTHING;
}
