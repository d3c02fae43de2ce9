/*
 * Where a peer is. Only who uses NAT-T may move (RFC 3947 7): without it the addresses are those
 * that were proved.
 */
#ifndef GATEHOUSE_IKE_WHEREABOUTS_H
#define GATEHOUSE_IKE_WHEREABOUTS_H

#include "engine/ike/sa.h"

/* An authenticated message that was never seen before came this way: the peer is alive, and
 * there, if NAT-T allows him to move. */
void sa_seen(struct ike_sa *, const struct path *);
/* He is there now, as another SA of his has found. */
void sa_relocate(struct ike_sa *, const struct path *);
/*
 * From where message 5 may come, to be answered there: with a NAT between us from anywhere; without
 * one only from where message 3 came, now perhaps on port 4500 (RFC 3947 4).
 */
bool sa_may_arrive(const struct ike_sa *, const struct path *);

#endif
