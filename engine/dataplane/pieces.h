/*
 * Packets in pieces before an access list: only the first piece has ports, so the list is asked
 * about that one, and the others share its fate. Bounded, and nothing is put together here: the
 * kernel does that, and the client.
 */
#ifndef GATEHOUSE_PIECES_H
#define GATEHOUSE_PIECES_H

#include <stdbool.h>

#include "engine/net/ipv4.h"

#define PIECES_PLACES 512 /* packets whose first piece is remembered */

struct piece {
	uint64_t since; /* 0 = nothing is known */
	uint32_t src, dst;
	uint16_t id, session;
	uint8_t protocol;
	bool inward, permit;
};

struct pieces {
	struct piece place[PIECES_PLACES];
};

/* What the list said of a packet's first piece; now: monotonic microseconds. */
void pieces_first(struct pieces *, uint16_t session, const struct ipv4 *, bool inward, uint64_t now,
    bool permit);
/* May this later piece pass? Not before its first, not long after it, and not over the header that
 * the list has seen (RFC 3128). */
bool pieces_later(
    const struct pieces *, uint16_t session, const struct ipv4 *, bool inward, uint64_t now);

#endif
