/*
 * Who renews what of a peer, and when what was replaced goes. Clients come first as a rule; what
 * they leave until its end is near we begin to renew: an SA pair for its seconds, its kilobytes or
 * its sequence numbers, a phase 1 for its seconds. Both sides may do so at once: then there are two
 * successors, one carries what leaves (sa_pair.c), and the other goes as the old one does.
 *
 * What was replaced is taken out when nothing has come in on it for a while: nobody acknowledges a
 * Delete, and there are clients that send on an old SA to the end of its life. While nothing has
 * come on what replaces it, if we began that, it stays: a sleeping client may not know of it.
 */
#ifndef GATEHOUSE_SESSION_RENEW_H
#define GATEHOUSE_SESSION_RENEW_H

#include "engine/session/objects.h"

/* It carries what leaves from now on: its time runs, and those that it replaces are on their way
 * out. Of one that is doubtful it is asked first whose it is. */
void renew_pair_up(struct sa_pair *);
/* An L2TP message came on it, and if it is doubtful no longer is, when that is its peer's or dials.
 * True: it names the tunnel of the peer's session, so what came under it is the peer's. */
bool renew_known(struct sa_pair *, const uint8_t *msg, size_t len);
/* It is, by us, as soon as the loop has its turn, and until it is. */
void renew_at_once(struct sa_pair *);
/* Its kilobytes or sequence numbers are nearly used up. */
void renew_exhausted(struct sa_pair *);
/* A quick mode came to nothing that had this inbound SPI of ours. True: it was one of those that
 * are begun here, and nobody's failed attempt. */
bool renew_failed(struct peer *, uint32_t spi_in);
/* A phase 1 of this peer nears its end (struct ike_ops). */
void renew_phase1(void *owner, struct peer *, struct ike_sa *);
/* One that we have begun is there: pairs that waited for it are renewed. */
void renew_phase1_there(struct peer *);

#endif
