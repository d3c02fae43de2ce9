/* The tasks of `gatehouse-tool`, each with its request. They say everything on the stream and end
 * it; the exit status is 0. */
#ifndef GATEHOUSE_CHILD_TASKS_H
#define GATEHOUSE_CHILD_TASKS_H

#include "engine/child/probe.h"
#include "engine/ipc/message.h"

int ping_run(struct prober *, const struct msg_keep_ping *);
int traceroute_run(struct prober *, const struct msg_keep_traceroute *);

#endif
