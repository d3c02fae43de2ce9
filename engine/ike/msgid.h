/*
 * The message ids that a phase 1 SA has seen (RFC 2408 3.1: each exchange of
 * phase 2 has one of its own). They are remembered for the life of the SA, so
 * that no recorded message can begin an exchange again. Only ids of messages
 * whose HASH fits get here: a stranger cannot fill the set.
 *
 * The set is bounded. A full one takes no new id: its SA ends, and the client
 * builds another phase 1, as at the end of its lifetime; children live on.
 * Ids are not kept where another number tells what is old: RFC 3706's (dpd.h).
 */
#ifndef GATEHOUSE_IKE_MSGID_H
#define GATEHOUSE_IKE_MSGID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Two exchanges a minute for a day are 2,880; a question every four seconds makes 21,600. */
#define MSGIDS_MAX 24576

/* Zeroed memory is an empty set. */
struct msgids {
	uint32_t *slot; /* open addressing; 0 = free, as no exchange of phase 2 has the id 0 */
	size_t size, used;
};

bool msgids_has(const struct msgids *, uint32_t id);
/* False when the id is 0 or not new, the set is full, or memory is short. */
bool msgids_add(struct msgids *, uint32_t id);
/* Forgets all but this one (which stays when it is there). */
void msgids_only(struct msgids *, uint32_t id);
bool msgids_full(const struct msgids *);
void msgids_fini(struct msgids *);

#endif
