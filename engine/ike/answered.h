/*
 * The last request of an exchange and what was answered: a repeated request gets the same bytes
 * again. Identity: the digest of the request. Lives as long as what it is embedded in.
 */
#ifndef GATEHOUSE_IKE_ANSWERED_H
#define GATEHOUSE_IKE_ANSWERED_H

#include "engine/ike/incoming.h"

/* A message as it was sent, and what the trace says of it. */
struct reply {
	size_t len, plain;
	uint8_t types[PAYLOADS_MAX];
	size_t n;
	uint32_t msgid;
	uint16_t piece_id; /* when it leaves in pieces: a repeated one fills the gaps */
	uint8_t bytes[];
};

/* Zeroed memory: no request has come. */
struct answered {
	uint8_t digest[DIGEST_LEN];
	struct reply *reply; /* NULL: nothing was answered, or not yet */
};

/* A request has come, its answer has not left. */
void answered_note(struct answered *, const uint8_t digest[DIGEST_LEN]);
bool answered_is(const struct answered *, const uint8_t digest[DIGEST_LEN]);
/* The answer, finished; without memory it is not kept. */
void answered_keep(struct answered *, const struct out *, uint32_t msgid);
/* Forgets both. */
void answered_drop(struct answered *);

#endif
