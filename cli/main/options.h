/* The command line of `gatehouse`: the run contract's options, and those between its own roles. */
#ifndef GATEHOUSE_OPTIONS_H
#define GATEHOUSE_OPTIONS_H

#include <stdbool.h>

#include "engine/ipc/message.h"

struct options {
	const char *state, *socket;
	const char *config; /* NULL = none */
	bool foreground, put_back;
	bool set_clock;     /* `clock set` is obeyed */
	enum role role;     /* ROLE_KEEPER unless the keeper started us */
	bool restarted;     /* this role died before */
};

/* True when there is something to run; else `*status` is the exit status: help or the version was
 * printed, or the command line was wrong (usage on standard error, status 2). */
bool options_parse(struct options *, int argc, char **argv, int *status);

#endif
