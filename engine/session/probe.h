/* Does what is as long as it may be reach a client? */
#ifndef GATEHOUSE_SESSION_PROBE_H
#define GATEHOUSE_SESSION_PROBE_H

#include "engine/session/objects.h"

/* The session is up, or its client is elsewhere: finds out. */
void probe_start(struct session *);
void probe_stop(struct session *);
/* The client (struct session) has that one. */
void probe_answered(void *owner, unsigned number);

#endif
