/*
 * How many packet workers there are, and what each has of its own: the first
 * what the engine always asks for, the others what the keeper opens for them.
 * Decided once, by the first whole configuration.
 */
#ifndef GATEHOUSE_CREW_H
#define GATEHOUSE_CREW_H

#include "engine/dataplane/owner.h"
#include "engine/dataplane/records.h"
#include "engine/ipc/message.h"

#define CREW_IDS 0x08000000u /* the numbers of its requests to the keeper begin there */

struct crew {
	unsigned workers; /* 0: not decided */
	unsigned missing; /* answers */
	struct dp_sockets of[WORKERS_MAX];
	int table; /* by which the kernel steers (dataplane/steer.h); -1: it does not */
};

/* Where its requests go. */
typedef void crew_say(void *arg, struct ipc_msg *);

/* One for each worker, unless the configuration says that there are more; the caller's, in places
 * that are NULL. Where the kernel gives none, which costs time alone, the journal says why. */
void crew_rings(struct write_ring *ring[WORKERS_MAX]);
/* The rings are lent, NULL where a worker has none. */
void crew_init(struct crew *, struct write_ring *const ring[WORKERS_MAX]);
/* There are so many, 0: as many as this process may use cores, but one. True when there are others
 * beside the first: the TUN has to be closed before crew_ask(), and asked for again once all is
 * answered. */
bool crew_decide(struct crew *, unsigned workers);
void crew_ask(struct crew *, crew_say *, void *arg);
/* The keeper's answer, if it is one to these requests; its descriptor is taken. What cannot be had
 * leaves the first alone, which is told to the journal. */
bool crew_reply(struct crew *, struct ipc_msg *, crew_say *, void *arg);
/* Has all that there will be been answered? */
bool crew_complete(const struct crew *);
/* The packet path has what it needs of the table. */
void crew_table_close(struct crew *);
/* Closes what the packet path has not taken. */
void crew_close(struct crew *);

#endif
