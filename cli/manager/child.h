/*
 * A short-lived child of the keeper's, as who wants its work sees it: asked for,
 * heard, fed, ended (engine/keeper/children.h, engine/child/).
 */
#ifndef GATEHOUSE_MANAGER_CHILD_H
#define GATEHOUSE_MANAGER_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/manager/ask.h"
#include "engine/child/stream.h"

struct child;

struct child_ears {
	/* The stream is open. */
	void (*there)(void *arg);
	/* A frame that it sent, but its end: valid during the call, which may kill it. */
	void (*frame)(void *arg, const struct stream_frame *);
	/* Once and last, never from within a call: NULL when it went well, else why not, for the
	 * person. The child is gone. */
	void (*ended)(void *arg, const char *why);
};

/* Asks for one by its request, whose id is filled in here. */
struct child *child_start(
    struct asks *, struct ipc_msg *request, const struct child_ears *, void *arg);
/* The person wants no more; what it still has to say comes, and its end. */
void child_finish(struct child *);
/* It is killed; nothing of it is heard any more. NULL is allowed. */
void child_kill(struct child *);
/* Sends it a frame, at most STREAM_MAX bytes long; `sent` is called when the stream has taken it
 * (may be NULL), and not when the child ends before. The bytes are copied. */
void child_send(
    struct child *, enum stream_type, const void *, size_t len, void (*sent)(void *arg));

#endif
