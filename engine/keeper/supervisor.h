/*
 * The roles as processes: started, connected with each other, started again
 * when they die, stopped. What they say is the owner's business.
 */
#ifndef GATEHOUSE_SUPERVISOR_H
#define GATEHOUSE_SUPERVISOR_H

#include <uv.h>

#include "engine/ipc/channel.h"

/* Descriptors a role finds after exec, whatever else it was born with is closed. */
enum { ROLE_FD_KEEPER = 3, ROLE_FD_CONSOLE = 4, ROLE_FD_CONFIG = 5,
	ROLE_FD_TOKENS = 6, ROLE_FD_COUNT };

#define ROLE_BACKOFF_MS 1000 /* the longest wait before a role is started again */

struct supervisor;

struct supervisor_ops {
	/* Was started (again); its peers' channels are on their way. */
	void (*started)(void *arg, enum role);
	void (*message)(void *arg, enum role from, struct ipc_msg *);
	void (*died)(void *arg, enum role);
	/* Every role but the door has said ROLE_READY; once. */
	void (*ready)(void *arg);
	/* After supervisor_stop(): no role is left. */
	void (*stopped)(void *arg);
};

struct supervisor_config {
	const char *exe;   /* "/proc/self/exe" */
	char *const *args; /* further arguments of each role, NULL-terminated */
	const char *door;       /* the program of ROLE_SSH; NULL: that role is never started */
	char *const *door_args; /* its further arguments */
	int console, config, tokens; /* for the manager; -1 = none; not owned */
	const struct supervisor_ops *ops;
	void *arg;
};

/* Starts all roles. NULL when out of memory. */
struct supervisor *supervisor_start(uv_loop_t *, const struct supervisor_config *);
/* False when the role is away or cannot take it. */
bool supervisor_send(struct supervisor *, enum role, const struct ipc_msg *);
/* Sends what has gathered on all channels now. */
void supervisor_flush(struct supervisor *);
/* Its process id; 0 = none just now. */
int supervisor_pid(const struct supervisor *, enum role);
/* Asks all roles to stop, kills those that do not, then calls `stopped`. `restart`: the appliance
 * comes back by itself, which they are told. */
void supervisor_stop(struct supervisor *, const char *why, bool restart);
/* After `stopped`; run the loop once more before it goes. */
void supervisor_free(struct supervisor *);

#endif
