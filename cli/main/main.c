/*
 * The composition root of `gatehouse`. Started by hand or by systemd it is the
 * keeper, who starts this same binary again for each other role.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli/main/background.h"
#include "cli/main/options.h"
#include "cli/main/roles.h"
#include "engine/base/journal.h"
#include "engine/keeper/confine.h"
#include "engine/keeper/keeper.h"
#include "engine/keeper/seccomp.h"
#include "engine/keeper/supervisor.h"
#include "engine/net/write_ring.h"
#include "engine/role/crew.h"

/* ---- the other roles ---------------------------------------------------------- */

static int inherited(int fd)
{
	return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? fd : -1;
}

static void read_boot_id(char *id, size_t size)
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	id[0] = 0;
	if (!f)
		return;
	if (!fgets(id, (int)size, f))
		id[0] = 0;
	id[strcspn(id, "\n")] = 0;
	fclose(f);
}

static void destroy_rings(const struct role_start *s)
{
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		write_ring_destroy(s->ring[i]);
}

static int run_role(const struct options *o)
{
	static int (*const body[ROLE_COUNT])(const struct role_start *) = {
	    [ROLE_MANAGER] = manager_role, [ROLE_ENGINE] = engine_role, [ROLE_AAA] = aaa_role};
	char boot_id[64];
	struct role_start s = {.keeper = inherited(ROLE_FD_KEEPER),
	    .console = inherited(ROLE_FD_CONSOLE), .config = inherited(ROLE_FD_CONFIG),
	    .tokens = inherited(ROLE_FD_TOKENS),
	    .restarted = o->restarted, .boot_id = boot_id,
	    .state = geteuid() == 0 ? "/" : "."};
	struct crypto *crypto;
	int status;

	/* A role stops when its keeper says so or is gone: not by Ctrl-C on the keeper's
	 * terminal. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NAME, "gatehouse");
	confine_descriptors(ROLE_FD_COUNT);
	read_boot_id(boot_id, sizeof boot_id);
	s.crypto = crypto = crypto_create();
	if (o->role == ROLE_ENGINE)
		crew_rings(s.ring);
	if (s.keeper < 0 || !crypto || !confine(o->role, o->state) || !seccomp_enter(o->role)) {
		journal(LOG_ERR, "cannot start a role: %s", strerror(errno));
		return 1;
	}
	status = body[o->role](&s);
	destroy_rings(&s);
	crypto_destroy(crypto);
	return status;
}

/* ---- the keeper ----------------------------------------------------------------- */

static void on_ready(void *arg)
{
	journal(LOG_NOTICE, "ready: all roles serve");
	background_ready(arg);
}

/* `reload`: everything anew, in this process and where its output goes already. */
static int run_again(char **argv, int argc, bool background)
{
	static char foreground[] = "--foreground";
	char *again[argc + 2];

	memcpy(again, argv, (size_t)argc * sizeof *argv);
	if (background)
		again[argc++] = foreground;
	again[argc] = NULL;
	execv("/proc/self/exe", again);
	journal(LOG_ERR, "reload: %s", strerror(errno));
	return 1;
}

/* The door's program stands beside this one; NULL when it does not. */
static const char *door_program(char *path, size_t size)
{
	static const char name[] = "gatehouse-ssh";
	ssize_t n = readlink("/proc/self/exe", path, size - sizeof name);
	char *slash;

	if (n <= 0)
		return NULL;
	path[n] = 0;
	slash = strrchr(path, '/');
	strcpy(slash ? slash + 1 : path, name);
	if (access(path, X_OK) == 0)
		return path;
	journal(LOG_WARNING, "%s: %s: no SSH", path, strerror(errno));
	return NULL;
}

int main(int argc, char **argv)
{
	static char state[] = "--state";
	struct background background = {.ready = -1};
	struct options o;
	int status;

	if (!options_parse(&o, argc, argv, &status))
		return status;
	if (o.role != ROLE_KEEPER)
		return run_role(&o);
	if (!o.foreground && !background_start(&background, &status))
		return status;
	signal(SIGPIPE, SIG_IGN);
	char door[PATH_MAX], *args[] = {state, (char *)(uintptr_t)o.state, NULL};
	struct keeper_options k = {.state = o.state, .socket = o.socket, .config = o.config,
	    .exe = "/proc/self/exe", .door = o.put_back ? NULL : door_program(door, sizeof door),
	    .args = args, .put_back = o.put_back, .set_clock = o.set_clock,
	    .ready = on_ready, .arg = &background};

	if (!o.put_back)
		journal(LOG_NOTICE, "version " GATEHOUSE_VERSION " starts, state directory %s",
		    o.state);
	switch (keeper_run(&k)) {
	case KEEPER_STOPPED:
		if (!o.put_back)
			journal(LOG_NOTICE, "stopped");
		return 0;
	case KEEPER_RESTART:
		journal(LOG_NOTICE, "stopped, starting again");
		return run_again(argv, argc, !o.foreground);
	case KEEPER_FAILED:
		break;
	}
	return 1;
}
