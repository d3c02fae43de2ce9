/* What the door is known by and what it offers, as the manager says it; made into libssh's form. */
#ifndef GATESSH_OFFER_H
#define GATESSH_OFFER_H

#include <libssh/server.h>

#include "engine/ipc/message.h"

#define OFFER_KEYS 4

/* Zeroed: nothing yet. */
struct offer {
	ssh_bind now; /* what a new connection is accepted with; NULL: none can be */
	ssh_key coming[OFFER_KEYS];
	unsigned n_coming;
};

/* One private key of the next offer. */
void offer_key(struct offer *, const struct msg_door_key *);
/* The offer is complete: connections from now on have it. False when it cannot be used: then none
 * is accepted. */
bool offer_take(struct offer *, const struct msg_door_offer *);
void offer_free(struct offer *);

#endif
