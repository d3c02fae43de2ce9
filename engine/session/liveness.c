/* NAT-T keepalives, and the life of what tells whether a client lives (alive.c). */
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

void liveness_start(struct peer *p)
{
	p->keepalive.fire = keepalive;
	alive_start(p);
}

void liveness_stop(struct peer *p)
{
	timer_stop(p->gw->env, &p->keepalive);
	alive_stop(p);
}
