/*
 * Clients that cut HMAC-SHA2-256 to 96 bits, as a draft of RFC 4868 had it, where 128 were agreed
 * on. Their first packet tells: only with 12 bytes of ICV is its length possible and its ICV right.
 * Looked at when a packet's length is wrong, on an SA that has had no good one yet, a few times.
 *
 * What one pair has learned the peer's next ones begin with, or what leaves before his first packet
 * would be lost. They may be told better in the same way: by a packet with the whole ICV.
 */
#ifndef GATEHOUSE_SHORT_ICV_H
#define GATEHOUSE_SHORT_ICV_H

#include "engine/dataplane/worker.h"

enum short_icv {
	SHORT_ICV_NO,      /* it is nothing of the kind */
	SHORT_ICV_REFUSED, /* it is, but the SA's client must not */
	SHORT_ICV_TAKEN    /* the SA uses the packet's ICVs from now on, both ways; it is good */
};

enum short_icv short_icv_look(struct worker *, struct dp_sa *, const struct packet *);
/* A pair that is new at its peer, before anything came on it. */
void short_icv_presume(struct dp_sa *);

#endif
