/*
 * What IKE tells the gateway (struct ike_ops): phase 1s go to join.c, the SA
 * pairs of quick mode to sa_pair.c.
 */
#include "engine/session/ike_events.h"

#include <stdio.h>

#include "engine/ike/selector.h"
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
	if (!selectors_are_l2tp(&c->local, &c->remote)) /* that was all he wanted */
		attempt_succeed(&p->attempt);
	s->doubtful = p->use && p->session && p->session->up && join_alike(p, s->born);
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

/* Whoever has a session comes back to it, if it is kept until then (alive.c). */
static bool waited_for(void *owner, const struct peer *p)
{
	(void)owner;
	return !p->ending && p->session && p->session->up;
}

/* It is still that peer's for whom it was reserved when its phase 1 has turned out to be another's
 * meanwhile. */
static void child_abort(void *owner, struct peer *p, uint32_t spi_in, enum reason why)
{
	struct sa_pair *s = by_in(owner, spi_in);

	(void)why;
	if (s) {
		p = s->peer;
		sa_pair_remove(s, false);
	}
	(void)renew_failed(p, spi_in);
	peer_check(p);
}

/* A client that is connected has no attempt any more: his SAs run out, and cannot be renewed. One
 * whose attempt has failed already may try as often as he likes. */
static void quick_mode_failed(void *owner, struct peer *p, struct ike_sa *sa, enum reason why,
    const struct attempt_terms *terms)
{
	struct gateway *gw = owner;
	struct attempt **a = *ike_sa_attempt(sa) ? ike_sa_attempt(sa) : &p->attempt;
	struct attempt renewal = {.sink = &gw->attempts, .began = gw->env->now(gw->env),
	    .path = p->path, .stage = ATTEMPT_AUTHENTICATED};
	struct attempt_terms said;
	struct ike_sa_info i;

	if (*a) {
		if (terms)
			attempt_terms(a, terms);
		attempt_fail(a, &p->path, why, NULL);
		return;
	}
	if (!p->session || !p->session->up)
		return;
	ike_sa_get(gw->ike, sa, &i);
	renewal.client = i.client;
	snprintf(renewal.group, sizeof renewal.group, "%s", p->tunnel_group);
	snprintf(renewal.user, sizeof renewal.user, "%.63s", p->session->user);
	if (terms) {
		said = *terms;
		renewal.terms = &said;
	}
	attempt_refused_as(&renewal, why, "SAs of a session that is up are not renewed");
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

static void groups_at(void *owner, const struct addr *addr,
    void (*each)(void *ctx, const char *group), void *ctx)
{
	struct gateway *gw = owner;

	for (size_t i = 0; i < gw->n_peers; i++)
		if (!gw->peers[i]->ending && addr_equal(&gw->peers[i]->path.remote.addr, addr))
			each(ctx, gw->peers[i]->tunnel_group);
}

static void attempt_closed(void *owner, const struct attempt *a)
{
	struct gateway *gw = owner;

	gw->attempts.closed(gw->attempts.owner, a);
}

static bool attempt_is_wanted(void *owner, enum reason why)
{
	struct gateway *gw = owner;

	return attempt_wanted(&gw->attempts, why);
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
	.waited_for = waited_for,
	.child_abort = child_abort,
	.quick_mode_failed = quick_mode_failed,
	.child_deleted = child_deleted,
	.moved = join_moved,
	.quick_mode = join_quick_mode,
	.l2tp_allowed = l2tp_allowed,
	.groups_at = groups_at,
	.attempt_closed = attempt_closed,
	.attempt_wanted = attempt_is_wanted,
};
