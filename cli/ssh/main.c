/*
 * gatehouse-ssh: the SSH door of Gatehouse, a role of its own program. The keeper
 * starts it, as root, with the channel to itself; root is given up before any
 * connection is accepted.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <libssh/libssh.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cli/ssh/listener.h"
#include "cli/ssh/sandbox.h"
#include "cli/ssh/spawner.h"
#include "engine/base/journal.h"
#include "engine/keeper/confine.h"
#include "engine/keeper/supervisor.h"

static const char USAGE[] =
    "usage: gatehouse-ssh --state DIR --socket PATH\n"
    "\n"
    "The SSH door of Gatehouse. `gatehouse` starts it; by itself it serves nobody.\n";

/* gatesh stands beside this program (in a build), or in the bin/ beside its sbin/. */
static bool find_gatesh(char *path, size_t size)
{
	static const char *const places[] = {"gatesh", "../bin/gatesh"};
	char own[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", own, sizeof(own) - 1);

	if (n <= 0)
		return false;
	own[n] = 0;
	slash = strrchr(own, '/');
	if (slash)
		*slash = 0;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if ((size_t)snprintf(path, size, "%s/%s", own, places[i]) < size &&
		    access(path, X_OK) == 0)
			return true;
	errno = ENOENT;
	return false;
}

static int serve(const char *state, const char *tokens)
{
	char gatesh[PATH_MAX];
	int spawner;

	if (!find_gatesh(gatesh, sizeof(gatesh))) {
		journal(LOG_ERR, "ssh: gatesh: %s", strerror(errno));
		return 1;
	}
	spawner = spawner_start(gatesh, tokens);
	if (spawner < 0)
		return 1;
	prctl(PR_SET_NAME, "gatehouse-ssh");
	if (!confine(ROLE_SSH, state) || !sandbox_enter(SANDBOX_LISTENER)) {
		journal(LOG_ERR, "ssh: cannot give up root: %s", strerror(errno));
		return 1;
	}
	return listener_run(ROLE_FD_KEEPER, spawner);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"role", required_argument, NULL, 'r'},
	    {"restarted", no_argument, NULL, 'a'},
	    {"state", required_argument, NULL, 's'},
	    {"socket", required_argument, NULL, 't'},
	    {NULL, 0, NULL, 0},
	};
	const char *state = NULL, *tokens = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 's')
			state = optarg;
		else if (c == 't')
			tokens = optarg;
		else if (c != 'r' && c != 'a')
			optind = argc + 1;
	}
	if (optind != argc || !state || !tokens || fcntl(ROLE_FD_KEEPER, F_SETFD, FD_CLOEXEC) < 0) {
		fputs(USAGE, stderr);
		return 2;
	}
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	confine_descriptors(ROLE_FD_KEEPER + 1);
	ssh_set_log_level(SSH_LOG_NONE);
	if (ssh_init() != SSH_OK)
		return 1;
	return serve(state, tokens);
}
