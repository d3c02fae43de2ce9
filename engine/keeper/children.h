/*
 * The keeper's short-lived children: a task of a fixed list, done by a program
 * of its own under a uid of its own, whose output goes to the role that asked
 * (the manager, or aaa) by a stream that the keeper only makes.
 */
#ifndef GATEHOUSE_CHILDREN_H
#define GATEHOUSE_CHILDREN_H

#include <uv.h>

#include "engine/ipc/message.h"

#define CHILDREN_MAX 8 /* at once, of the manager */
#define CHILDREN_NT_MAX 32 /* of aaa */

struct child;

struct children {
	uv_loop_t *loop;
	const char *programs; /* the folder of the programs; NULL: where this one is */
	struct child *first;
	unsigned n[ROLE_COUNT]; /* by the role that asked */
};

/* Starts the child that a checked KEEP_PING, KEEP_TRACEROUTE, KEEP_TRANSFER or KEEP_NT asks for. 0,
 * and the asking role's end of the stream in `*fd`, which the caller closes; or an errno: EAGAIN
 * when too many of that role run. */
int children_start(struct children *, const struct ipc_msg *, int *fd);
/* Kills the one that this role asked for with this id, if it still runs. */
void children_end(struct children *, enum role, uint32_t id);
/* Kills all of that role: who wanted to hear them is gone. Their memory goes in the loop. */
void children_end_of(struct children *, enum role);
/* Kills them all. */
void children_end_all(struct children *);

#endif
