/* The fate of a packet's later pieces; see pieces.h. RFC 791 3.2, RFC 1858, RFC 3128. */
#include "engine/dataplane/pieces.h"

#include <netinet/in.h>

#include "engine/base/env.h"

#define REMEMBERED (5 * SEC) /* as long as the device waits for the pieces of a packet */
#define TCP_FLAGS_AT 1       /* the piece that begins 8 bytes on has them */

static size_t place_of(uint16_t session, const struct ipv4 *h)
{
	uint32_t x = h->src ^ (h->dst * 2654435761u) ^ ((uint32_t)h->id << 16 | session);

	x = (x ^ x >> 15) * 2246822519u;
	return (x ^ x >> 13) % PIECES_PLACES;
}

void pieces_first(struct pieces *p, uint16_t session, const struct ipv4 *h, bool inward,
    uint64_t now, bool permit)
{
	p->place[place_of(session, h)] = (struct piece){.since = now ? now : 1,
	    .src = h->src,
	    .dst = h->dst,
	    .id = h->id,
	    .session = session,
	    .protocol = h->protocol,
	    .inward = inward,
	    .permit = permit};
}

bool pieces_later(
    const struct pieces *p, uint16_t session, const struct ipv4 *h, bool inward, uint64_t now)
{
	const struct piece *f = &p->place[place_of(session, h)];

	if (h->protocol == IPPROTO_TCP && (h->fragment & IP_OFFSET) == TCP_FLAGS_AT)
		return false;
	return f->since && now - f->since < REMEMBERED && f->session == session &&
	       f->src == h->src && f->dst == h->dst && f->id == h->id &&
	       f->protocol == h->protocol && f->inward == inward && f->permit;
}
