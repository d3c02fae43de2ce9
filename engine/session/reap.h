/* The end of a peer. */
#ifndef GATEHOUSE_SESSION_REAP_H
#define GATEHOUSE_SESSION_REAP_H

#include "engine/session/objects.h"

/* Ends and frees it at once with all that it has. */
void peer_free(struct peer *);
/* The timer that was given to peer_create(). */
void peer_reap(struct timer *);

#endif
