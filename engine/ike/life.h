/*
 * The life of IKE SAs: born half-open by message 1, grown by message 3, active by message 5, ended
 * for whatever reason. Here are their places in the lists, which are shared out, and their timer.
 */
#ifndef GATEHOUSE_IKE_LIFE_H
#define GATEHOUSE_IKE_LIFE_H

#include "engine/ike/sa.h"

#define MM_TIMEOUT (30 * SEC) /* for the client's next message */

/* NULL when the offer is too long or memory is short. */
struct ike_sa *sa_new(struct ike *, const struct path *, const uint8_t *cky_i, struct chunk sai);
/* One of aggressive mode, with its rest. */
struct ike_sa *sa_new_aggressive(struct ike *, const struct path *, const uint8_t *cky_i,
    struct chunk sai);
/* One of our own, with a rest, for a peer; cookie and `path` are its identity until it is answered.
 * NULL when memory is short. */
struct ike_sa *sa_begin(struct ike *, struct peer *, const struct path *, struct chunk sai);
/* Out of the half-open ones: gets its rest. False when out of memory; it may be dead then. */
bool sa_grow(struct ike_sa *);
/* Into the active ones, for its lifetime. */
void sa_activate(struct ike_sa *);
/* The timer of phase 1, anew. */
void sa_wait_for_client(struct ike_sa *);
void sa_start_lifetime(struct ike_sa *);
/* Takes it out of all tables; freed with the last sa_release(). Its attempt
 * is abandoned; nobody else is told. */
void sa_kill(struct ike_sa *, enum reason);
/* Ends an SA: failed() or phase1_down() is told, then it is killed. */
void sa_end(struct ike_sa *, enum reason);
/* The same, and the client is told first, if it is active. */
void sa_delete(struct ike_sa *, enum reason);

#endif
