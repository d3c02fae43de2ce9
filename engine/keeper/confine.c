/* The way from root to a role's own uid, in the one order that works. */
#include "engine/keeper/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/keeper/identity.h"

/* The C library keeps the zone once it has seen it; in the chroot there is no /etc/localtime. */
static void load_zone(void)
{
	time_t now = time(NULL);
	struct tm tm;

	tzset();
	localtime_r(&now, &tm);
}

/* Enters a directory that exists no more. */
static bool enter_nowhere(const char *state)
{
	char path[4096];
	int n = snprintf(path, sizeof path, "%s/empty.%d", state, (int)getpid());
	bool ok;

	if (n < 0 || (size_t)n >= sizeof path) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (mkdir(path, 0755) < 0)
		return false;
	ok = chdir(path) == 0;
	return rmdir(path) == 0 && ok;
}

/* Passwords and keys stand in its memory, which no crash may leave on a disk: some hosts have
 * even what was root before dump core. */
static bool no_core(void)
{
	static const struct rlimit none = {0, 0};

	return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

bool confine(enum role role, const char *state)
{
	uid_t uid = identity_uid(role);
	gid_t gid = identity_gid(role);

	load_zone();
	if (geteuid() != 0)
		return role != ROLE_MANAGER || chdir(state) == 0;
	if (!(role == ROLE_MANAGER ? chdir(state) == 0 : enter_nowhere(state)))
		return false;
	if (chroot(".") < 0 || (role == ROLE_MANAGER && chdir("/") < 0))
		return false;
	return setgroups(0, NULL) == 0 && setresgid(gid, gid, gid) == 0 &&
	       setresuid(uid, uid, uid) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       no_core();
}

void confine_descriptors(int first)
{
	if (close_range((unsigned)first, ~0u, 0) == 0)
		return;
	for (int fd = first, end = (int)sysconf(_SC_OPEN_MAX); fd < end; fd++)
		close(fd);
}
