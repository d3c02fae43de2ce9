/* NAT-T keepalives, the life of what tells whether a client lives (alive.c), and of those who sleep
 * while their SAs run out. */
#include "engine/session/liveness.h"

#include "engine/session/alive.h"
#include "engine/session/peer.h"

/*
 * RFC 3948 asks whoever is behind a NAT for keepalives; the device sends them from its side as
 * well, at the interval of `crypto isakmp nat-traversal`.
 */
static void keepalive(struct timer *t)
{
	struct peer *p = container_of(t, struct peer, keepalive);
	struct env *e = p->gw->env;

	if (!p->nat_t || !e->keepalive)
		return;
	e->keepalive(e, &p->path);
	timer_start(e, t, p->gw->config->isakmp.nat_keepalive * SEC);
}

void peer_nat_t(struct peer *p, bool nat_t)
{
	p->nat_t = nat_t;
	if (nat_t && !timer_armed(&p->keepalive))
		timer_start(p->gw->env, &p->keepalive, p->gw->config->isakmp.nat_keepalive * SEC);
}

#define WAKING (60 * SEC) /* who is awake has got new SAs by then */

/*
 * Half of the peer is missing. If it is his SA pairs, which have run out, his client may be asleep:
 * he is waited for as long as he would be with them, and renews them under his phase 1 when he
 * wakes. Who is heard, and heard again, and still does not, is not asleep.
 */
static void orphan_waited(struct timer *t)
{
	struct peer *p = container_of(t, struct peer, orphan);
	uint64_t heard = peer_last_heard(p);
	bool awake = heard > p->orphan_heard;

	if (p->orphan_why != REASON_IPSEC_LIFETIME || !p->n_ike || !alive_waited_for(p) ||
	    (awake && p->orphan_awake)) {
		peer_end(p, p->orphan_why);
		return;
	}
	p->orphan_heard = heard;
	p->orphan_awake = awake;
	timer_start(p->gw->env, t, WAKING);
}

void liveness_start(struct peer *p)
{
	p->orphan.fire = orphan_waited;
	p->keepalive.fire = keepalive;
	alive_start(p);
}

void liveness_stop(struct peer *p)
{
	timer_stop(p->gw->env, &p->keepalive);
	alive_stop(p);
}
