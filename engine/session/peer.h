/* Peers: whom phase 1 has authenticated. */
#ifndef GATEHOUSE_SESSION_PEER_H
#define GATEHOUSE_SESSION_PEER_H

#include "engine/session/objects.h"

/* Of that phase 1, with nothing yet. `reap` is called when it has to go (struct peer.reap), and
 * frees it. NULL when out of memory. */
struct peer *peer_create(struct gateway *, const struct ike_sa_info *,
    void (*reap)(struct timer *));
/* Frees one that has nothing any more. */
void peer_destroy(struct peer *);
/* That phase 1 has its tunnel group and phase 1 identity. */
bool peer_is(const struct peer *, const struct ike_sa_info *);
/* The one with the same outer address and port, tunnel group and phase 1 identity; NULL = none. */
struct peer *peer_find_same(struct gateway *, const struct ike_sa_info *);
/* NULL: it is gone. */
struct peer *peer_by_id(const struct gateway *, uint32_t id);
/* The next behind `after` (NULL: the first) of those at that address and port; NULL = none. */
struct peer *peer_at(struct gateway *, const struct endpoint *, struct peer *after);
/* Ends the peer with everything it has, as soon as nobody stands on it. */
void peer_end(struct peer *, enum reason);
/* It ends after that wait (microseconds) unless a session or an SA comes up before; it may be given
 * more if its client sleeps (liveness.c). */
void peer_orphan(struct peer *, uint64_t wait, enum reason);
/* If it has no session that is up, it is counted among those: others may have to go. Harmless when
 * it is counted already, or ending. */
void peer_idle(struct peer *);
/* It has one. */
void peer_busy(struct peer *);
/* Something of it went: it dies when it was the last thing. */
void peer_check(struct peer *);
/* The same, when it was something else than the client's Delete that took an SA away. */
void peer_check_why(struct peer *, enum reason);
/* It is there now, and so are its IKE SAs. */
void peer_moved(struct peer *, const struct path *);
/* Its newest phase 1 of those that are surely its own, else the newest; NULL = it has none. */
struct ike_sa *peer_phase1(const struct peer *);
/* When anything authentic was last heard of it (monotonic). */
uint64_t peer_last_heard(const struct peer *);
/* The same without what may be another client's of the same place. */
uint64_t peer_surely_heard(const struct peer *);
/* Of the configuration; NULL when it is gone. */
const struct cfg_tunnel_group *peer_group(const struct peer *);
struct trace_ctx peer_ctx(const struct peer *);

#endif
