/*
 * The end of a peer with everything it has: session, tunnels, SA pairs, phase
 * 1s. It comes from a timer of zero delay, so that nobody stands on the peer.
 */
#include "engine/session/reap.h"

#include "engine/session/liveness.h"
#include "engine/session/path_mtu.h"
#include "engine/session/peer.h"
#include "engine/session/sa_pair.h"

void peer_free(struct peer *p)
{
	struct gateway *gw = p->gw;
	struct sa_pair *s, *next;

	p->ending = true; /* callbacks of what we end now must not start it again */
	if (p->session) {
		p->session->why = p->why;
		l2tp_session_close(gw->l2tp, p->session->id, p->why);
	}
	l2tp_peer_gone(gw->l2tp, p, p->why);
	for (s = LIST_FIRST(&p->pairs); s; s = next) {
		next = LIST_NEXT(s, link);
		sa_pair_remove(s, true);
	}
	if (p->renewing)
		ike_sa_delete(gw->ike, p->renewing, p->why);
	while (p->n_ike)
		ike_sa_delete(gw->ike, p->ike[p->n_ike - 1].sa, p->why);
	attempt_abandon(&p->attempt, p->why);
	liveness_stop(p);
	path_mtu_stop(p);
	peer_destroy(p);
}

void peer_reap(struct timer *t)
{
	struct peer *p = container_of(t, struct peer, reap);

	if (p->ending || (p->n_ike == 0 && LIST_EMPTY(&p->pairs)))
		peer_free(p);
}
