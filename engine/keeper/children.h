/*
 * The keeper's short-lived children: a task of a fixed list, done by a program
 * of its own under a uid of its own, whose output goes to the manager by a
 * stream that the keeper only makes.
 */
#ifndef GATEHOUSE_CHILDREN_H
#define GATEHOUSE_CHILDREN_H

#include <uv.h>

#include "engine/ipc/message.h"

#define CHILDREN_MAX 8 /* at once */

struct child;

struct children {
	uv_loop_t *loop;
	const char *programs; /* the folder of the programs; NULL: where this one is */
	struct child *first;
	unsigned n;
};

/* Starts the child that a checked KEEP_PING, KEEP_TRACEROUTE or KEEP_TRANSFER asks for. 0, and the
 * manager's end of the stream in `*fd`, which the caller closes; or an errno: EAGAIN when too many
 * run. */
int children_start(struct children *, const struct ipc_msg *, int *fd);
/* Kills the one that was asked for with this id, if it still runs. */
void children_end(struct children *, uint32_t id);
/* Kills them all: who wanted to hear them is gone. Their memory goes in the loop. */
void children_end_all(struct children *);

#endif
