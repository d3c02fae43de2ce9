/* The connections of the door: who came, how far he is, the process that speaks with him. */
#ifndef GATESSH_VISITORS_H
#define GATESSH_VISITORS_H

#include <sys/types.h>
#include <uv.h>

#include "engine/base/addr.h"

#define VISITORS_MAX 400     /* connections */
#define STRANGERS_MAX 200    /* of them not logged in */
#define STRANGERS_OF_ONE 120 /* of those, from one address */
#define GRACE_MS 60000	     /* for a login, and from there to a terminal */
#define FAREWELL_MS 5000     /* from the manager's "it is over" to the process's end */

enum visit {
	VISIT_ASKED, /* the manager was asked whether he may stay; no process yet */
	VISIT_LOGIN, /* speaks SSH, has not logged in */
	VISIT_IN,    /* has logged in */
	VISIT_OPEN,  /* the way to his terminal was handed out, or is on its way */
};

struct visitor {
	struct visitor *next;
	struct door *door;
	uint32_t id;
	struct path path;
	int net;	/* the connection, until it has a process; then -1 */
	pid_t pid;	/* 0: no process yet */
	int talk;	/* to it, -1 */
	uv_poll_t poll; /* of `talk` */
	bool polled;	/* the handle is open */
	bool asking;	/* a question of his is with the manager */
	enum visit how;
	uint64_t until; /* uv_now() when he has to be further, 0: no end */
	uint64_t left;	/* of that, when he was made to wait for an answer */
};

struct visitors {
	struct visitor *first;
	unsigned n, strangers;
	uint32_t last_id;
};

/* One who has just connected, VISIT_ASKED; NULL when there are too many, or no memory. When all
 * places of strangers are taken, the one who has been longest among those of the busiest address
 * has to go: he is ended by his deadline, at once. */
struct visitor *visitors_add(struct visitors *, const struct path *, uint64_t now);
struct visitor *visitors_find(const struct visitors *, uint32_t id);
struct visitor *visitors_of(const struct visitors *, pid_t);
/* He has logged in, and has a while to ask for his terminal. */
void visitors_let_in(struct visitors *, struct visitor *, uint64_t now);
/* Takes him off the list; the memory is the caller's. */
void visitors_remove(struct visitors *, struct visitor *);

#endif
