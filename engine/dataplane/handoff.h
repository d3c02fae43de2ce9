/*
 * The control side's end of one worker's command ring. Nothing overtakes: what
 * finds the ring full waits in a backlog here, and goes first when there is room. Several commands
 * are done at once, at the latest at handoff_flush(); see worker.h for who does them.
 */
#ifndef GATEHOUSE_HANDOFF_H
#define GATEHOUSE_HANDOFF_H

#include "engine/base/env.h"
#include "engine/dataplane/command.h"
#include "engine/dataplane/worker.h"

struct waiting;

struct handoff {
	struct worker *worker;
	struct env *inlined; /* the worker has no thread and works at once, at this clock's time */
	struct waiting *backlog, **backlog_end;
	unsigned owed; /* commands in the ring since it was last seen to */
};

void handoff_init(struct handoff *, struct worker *, struct env *inlined);
/* Never lost to a full ring. False: out of memory. */
bool handoff_command(struct handoff *, const struct command *);
/* A command with bytes behind it, which its sender says again if it is lost. False: no room. */
bool handoff_send(struct handoff *, const struct command *, const uint8_t *bytes, size_t len);
/* Moves the backlog on, and sees to it that what is in the ring is done. */
void handoff_flush(struct handoff *);
/* The worker's thread is over: everything is carried out here and now. */
void handoff_finish(struct handoff *);

#endif
