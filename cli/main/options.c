/* Reads the command line of `gatehouse`. */
#include "cli/main/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/operator/console.h"
#include "cli/main/roles.h"

#define STATE_DIRECTORY "/var/lib/gatehouse"

static const char USAGE[] =
    "usage: gatehouse [--state DIR] [--socket PATH] [--config FILE] [--foreground]\n"
    "                 [--set-clock]\n"
    "       gatehouse [--state DIR] [--socket PATH] --put-back\n"
    "\n"
    "The Gatehouse appliance, for the network namespace it is started in. Prints `ready`\n"
    "once it serves, and then goes to the background; SIGTERM stops it.\n"
    "\n"
    "  --state DIR    running configuration, startup-config, keys, logs; made if missing\n"
    "                 (default " STATE_DIRECTORY ")\n"
    "  --socket PATH  the console socket (default " CONSOLE_SOCKET ")\n"
    "  --config FILE  apply this text at boot instead of the startup-config\n"
    "  --foreground   do not go to the background\n"
    "  --set-clock    `clock set` sets the host's clock; without it that is refused: whoever\n"
    "                 runs in a network namespace of his own has the clock of the others\n"
    "  --put-back     do not serve: give the host back what an appliance that was killed\n"
    "                 changed on it (one that is stopped has done so itself)\n"
    "  --help, --version\n";

enum {
	OPT_STATE = 1,
	OPT_SOCKET,
	OPT_CONFIG,
	OPT_FOREGROUND,
	OPT_SET_CLOCK,
	OPT_PUT_BACK,
	OPT_HELP,
	OPT_VERSION,
	OPT_ROLE,
	OPT_RESTARTED
};

static const struct option OPTION[] = {
    {"state", required_argument, NULL, OPT_STATE},
    {"socket", required_argument, NULL, OPT_SOCKET},
    {"config", required_argument, NULL, OPT_CONFIG},
    {"foreground", no_argument, NULL, OPT_FOREGROUND},
    {"set-clock", no_argument, NULL, OPT_SET_CLOCK},
    {"put-back", no_argument, NULL, OPT_PUT_BACK},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    /* the keeper's own, when it starts a role */
    {"role", required_argument, NULL, OPT_ROLE},
    {"restarted", no_argument, NULL, OPT_RESTARTED},
    {NULL, 0, NULL, 0},
};

static bool role_named(const char *name, enum role *role)
{
	static const char *const word[ROLE_COUNT] = {
	    [ROLE_MANAGER] = "manager", [ROLE_ENGINE] = "engine", [ROLE_AAA] = "aaa"};

	for (int r = ROLE_MANAGER; r < ROLE_COUNT; r++)
		if (word[r] && !strcmp(name, word[r])) {
			*role = (enum role)r;
			return true;
		}
	return false;
}

static bool wrong(int *status)
{
	fputs(USAGE, stderr);
	*status = 2;
	return false;
}

/* A path that means the same from every directory: roles change theirs. It lives as long as the
 * process, as the command line does. */
static bool make_absolute(const char **path)
{
	char *cwd, *whole = NULL;

	if (!*path || !**path || **path == '/')
		return true;
	cwd = getcwd(NULL, 0);
	if (!cwd || asprintf(&whole, "%s/%s", cwd, *path) < 0)
		whole = NULL;
	free(cwd);
	if (!whole) {
		fprintf(stderr, "gatehouse: %s: %s\n", *path, strerror(errno));
		return false;
	}
	*path = whole;
	return true;
}

bool options_parse(struct options *o, int argc, char **argv, int *status)
{
	int c;

	*o = (struct options){.state = STATE_DIRECTORY, .socket = CONSOLE_SOCKET};
	*status = 0;
	while ((c = getopt_long(argc, argv, "", OPTION, NULL)) != -1) {
		switch (c) {
		case OPT_STATE:
			o->state = optarg;
			break;
		case OPT_SOCKET:
			o->socket = optarg;
			break;
		case OPT_CONFIG:
			o->config = optarg;
			break;
		case OPT_FOREGROUND:
			o->foreground = true;
			break;
		case OPT_SET_CLOCK:
			o->set_clock = true;
			break;
		case OPT_PUT_BACK:
			o->foreground = o->put_back = true;
			break;
		case OPT_HELP:
			fputs(USAGE, stdout);
			return false;
		case OPT_VERSION:
			puts("gatehouse " GATEHOUSE_VERSION);
			return false;
		case OPT_ROLE:
			if (!role_named(optarg, &o->role))
				return wrong(status);
			break;
		case OPT_RESTARTED:
			o->restarted = true;
			break;
		default:
			return wrong(status);
		}
	}
	if (optind < argc || !*o->state || !*o->socket)
		return wrong(status);
	if (make_absolute(&o->state) && make_absolute(&o->socket) && make_absolute(&o->config))
		return true;
	*status = 1;
	return false;
}
