/*
 * What IKE tells the gateway (struct ike_ops): phase 1s go to join.c, the SA
 * pairs of quick mode to sa_pair.c.
 */
#include "engine/session/ike_events.h"

#include "engine/session/join.h"
#include "engine/session/peer.h"
#include "engine/session/renew.h"
#include "engine/session/report.h"
#include "engine/session/sa_pair.h"

static bool child_reserve(void *owner, struct peer *p, uint32_t *spi_in)
{
	struct sa_pair *s = p->ending ? NULL : sa_pair_reserve(p);

	(void)owner;
	if (s)
		*spi_in = s->child.spi_in;
	return s != NULL;
}

static struct sa_pair *by_in(struct gateway *gw, uint32_t spi_in)
{
	return table_get(&gw->pairs, spi_in);
}

static bool child_inbound(void *owner, struct peer *p, const struct child *c)
{
	struct sa_pair *s = by_in(owner, c->spi_in);

	return s && s->peer == p && sa_pair_inbound(s, c);
}

static void child_up(void *owner, struct peer *p, const struct child *c)
{
	struct sa_pair *s = by_in(owner, c->spi_in);

	if (!s || s->peer != p)
		return;
	s->ids.about = peer_ctx(p);
	sa_trace_outbound(p->gw->trace, &s->ids, c);
	attempt_reached(&p->attempt, ATTEMPT_IPSEC);
	sa_pair_up(s, c);
	s = by_in(owner, c->spi_in);
	if (s)
		renew_pair_up(s);
}

static void child_trace_inbound(void *owner, struct peer *p, const struct child *c)
{
	struct sa_pair *s = by_in(owner, c->spi_in);

	if (!s || s->peer != p)
		return;
	s->ids.about = peer_ctx(p);
	sa_trace_inbound(p->gw->trace, &s->ids, c);
}

static void child_abort(void *owner, struct peer *p, uint32_t spi_in, enum reason why)
{
	struct sa_pair *s = by_in(owner, spi_in);

	if (s && s->peer == p)
		sa_pair_remove(s, false);
	if (!renew_failed(p, spi_in))
		gateway_failure(owner, why);
	peer_check(p);
}

static void child_deleted(void *owner, struct peer *p, uint32_t spi_out)
{
	struct sa_pair *s = sa_pair_by_out(p, spi_out);

	(void)owner;
	if (s)
		sa_pair_over(s, false);
	peer_check(p);
}

static bool l2tp_allowed(void *owner, const struct cfg_tunnel_group *g)
{
	struct gateway *gw = owner;
	struct session_policy policy;

	policy_resolve(gw->config, g, NULL, NULL, &policy);
	return (policy.protocols & PROTO_L2TP_IPSEC) != 0;
}

static void attempt_closed(void *owner, const struct attempt *a)
{
	struct gateway *gw = owner;

	gw->attempts.closed(gw->attempts.owner, a);
}

const struct ike_ops peer_ike_ops = {
	.phase1_up = join_phase1_up,
	.phase1_ageing = renew_phase1,
	.phase1_down = join_phase1_down,
	.initial_contact = join_initial_contact,
	.child_reserve = child_reserve,
	.child_inbound = child_inbound,
	.child_up = child_up,
	.child_trace_inbound = child_trace_inbound,
	.child_abort = child_abort,
	.child_deleted = child_deleted,
	.moved = join_moved,
	.quick_mode = join_quick_mode,
	.l2tp_allowed = l2tp_allowed,
	.attempt_closed = attempt_closed,
};
