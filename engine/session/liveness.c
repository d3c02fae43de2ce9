/*
 * Does the client of a peer still live, and does the peer still serve anybody?
 * Data seen, DPD and NAT-T keepalives are one model: anything authentic is a
 * sign of life.
 */
#include "engine/session/liveness.h"

#include "engine/session/peer.h"

static uint32_t idle_limit(const struct peer *p)
{
	const struct cfg_tunnel_group *g = peer_group(p);
	struct session_policy policy;

	if (!g)
		return 0;
	policy_resolve(p->gw->config, g, NULL, NULL, &policy);
	return policy.idle_timeout;
}

/*
 * One timer for two questions: does the client still live (DPD, RFC 3706, when nothing was heard
 * for the group's threshold), and does an IPsec tunnel without a session still serve anybody.
 */
static void liveness(struct timer *t)
{
	struct peer *p = container_of(t, struct peer, liveness);
	struct gateway *gw = p->gw;
	const struct cfg_tunnel_group *g = peer_group(p);
	uint64_t wait = (g && g->threshold ? g->threshold : 300) * SEC;
	uint64_t silent = gw->env->now(gw->env) - peer_last_heard(p);
	uint32_t idle = p->session ? 0 : idle_limit(p);

	if (idle && silent >= idle * SEC) {
		peer_end(p, REASON_IDLE_TIMEOUT);
		return;
	}
	if (silent >= wait) {
		p->probed = gw->env->now(gw->env);
		if (g && g->threshold && p->n_ike)
			ike_sa_probe(gw->ike, p->ike[p->n_ike - 1].sa);
		silent = 0;
	} else if (p->n_ike) {
		ike_sa_alive(p->ike[p->n_ike - 1].sa);
	}
	timer_start(gw->env, &p->liveness, wait - silent);
}

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
	p->liveness.fire = liveness;
	p->keepalive.fire = keepalive;
	timer_start(p->gw->env, &p->liveness, SEC);
}

void liveness_stop(struct peer *p)
{
	timer_stop(p->gw->env, &p->liveness);
	timer_stop(p->gw->env, &p->keepalive);
}
