/* The phase 1s of peers: what IKE tells of them (struct ike_ops), with the gateway as owner. */
#ifndef GATEHOUSE_SESSION_JOIN_H
#define GATEHOUSE_SESSION_JOIN_H

#include "engine/session/objects.h"

struct peer *join_phase1_up(void *owner, struct ike_sa *);
void join_phase1_down(void *owner, struct peer *, struct ike_sa *, enum reason);
void join_initial_contact(void *owner, struct peer *, struct ike_sa *);
struct peer *join_quick_mode(void *owner, struct peer *, struct ike_sa *, const struct child *);
void join_moved(void *owner, struct peer *, struct ike_sa *, const struct path *);
/* Nothing tells that what was born then is the peer's own ... */
bool join_alike(const struct peer *, uint64_t born);
/* ... and now it is known: its client has spoken on it. */
void join_known(struct peer *, uint64_t born);
/* The peer's own SA pair, or phase 1, that was born then is used from elsewhere now. */
void join_moved_by(struct peer *, uint64_t born);
/* On a pair of this peer that was born then somebody spoke of another peer's L2TP tunnel. */
void join_foreign(struct peer *, uint64_t born);
/* What a peer of its own had is that peer's, who is there now: it was his all the time. The other
 * one ends. */
void join_take(struct peer *, struct peer *own);

#endif
