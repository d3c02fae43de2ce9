/* See consistent.h. */
#include "tests/support/consistent.h"

#include <check.h>
#include <string.h>

#include "engine/base/sparse.h"
#include "engine/ike/ike.h"
#include "engine/ike/qm.h"
#include "engine/ike/sa_table.h"
#include "engine/l2tp/ids.h"
#include "engine/l2tp/objects.h"
#include "engine/session/objects.h"

/* What was counted on the way through one room, for the others. */
struct census {
	size_t sas, with_peer, reserved; /* IKE: SAs, those of peers, quick modes with an SPI ... */
	size_t unheard; /* ... and those that are up, and repeat message 3 */
	size_t pairs, up, installed, in_use;
	size_t sessions, sessions_up, addresses, questions;
};

/* ---- IKE ----------------------------------------------------------------------------- */

static void qms_consistent(const struct ike *ike, const struct ike_sa *sa, struct census *n)
{
	size_t qms = 0, late = 0;

	for (const struct qm *q = sa->rest->qms; q; q = q->next, qms++) {
		ck_assert_ptr_eq(q->sa, sa);
		ck_assert(q->state != QM_ACTIVE || (q->late && !q->reserved));
		late += q->late;
		ck_assert_uint_ne(q->msgid, 0);
		/* A responder's waits for message 3, an initiator's for whatever comes next. */
		ck_assert_int_eq(timer_armed(&q->timer), q->state == QM_WAIT_MSG3 ||
		        (q->role == ROLE_INITIATOR && q->state != QM_BLD_MSG1));
		if (q->reserved || q->state == QM_ACTIVE)
			ck_assert_ptr_eq(table_get(&ike->children, q->child.spi_in), q);
		n->reserved += q->reserved;
		n->unheard += q->state == QM_ACTIVE;
	}
	ck_assert_uint_eq(qms, sa->rest->n_qms);
	ck_assert_uint_le(qms, QUICK_MODES_MAX);
	ck_assert_uint_le(late, QUICK_MODES_LATE);
}

static const struct ike_sa *chained(const struct ike_sa *sa, size_t next, const struct ike_sa *want)
{
	while (sa && sa != want)
		memcpy(&sa, (const char *)sa + next, sizeof sa);
	return sa;
}

/* The next bucket that is not empty. */
static bool filled(struct ike_sa *const *bucket, size_t *i)
{
	*i = sparse_next(bucket, sizeof *bucket, COOKIE_BUCKETS, *i);
	return *i < COOKIE_BUCKETS;
}

static bool hangs(struct ike_sa *const *bucket, size_t next, const struct ike_sa *sa)
{
	for (size_t i = 0; filled(bucket, &i); i++)
		if (chained(bucket[i], next, sa))
			return true;
	return false;
}

static size_t hanging(struct ike_sa *const *bucket, size_t next)
{
	size_t n = 0;

	for (size_t i = 0; filled(bucket, &i); i++)
		for (const struct ike_sa *sa = bucket[i]; sa; n++)
			memcpy(&sa, (const char *)sa + next, sizeof sa);
	return n;
}

static void sa_consistent(struct ike *ike, const struct ike_sa *sa, struct census *n)
{
	n->sas++;
	ck_assert(!sa->dead);
	ck_assert(timer_armed(&sa->timer));
	ck_assert_ptr_eq(sa_by_cookies(ike, sa->cky_i, sa->cky_r), sa);
	ck_assert(hangs(ike->by_i, offsetof(struct ike_sa, next_i), sa));
	ck_assert_int_eq(sa->list == &ike->active, sa->state == MM_ACTIVE);
	ck_assert_int_eq(sa->list == &ike->active || sa->list == &ike->begun, sa->peer != NULL);
	ck_assert_int_eq(sa->list == &ike->half_open, sa->rest == NULL);
	if (sa->peer) {
		n->with_peer++;
		ck_assert(hangs(ike->by_peer, offsetof(struct ike_sa, next_p), sa));
		ck_assert(!sa->rekey || sa_sibling(sa, NULL));
		ck_assert_int_eq(sa->rest->hs != NULL, sa->list == &ike->begun);
	}
	if (sa->rest)
		qms_consistent(ike, sa, n);
}

static void ike_consistent(struct ike *ike, struct census *n)
{
	const struct ike_list *list[] = {
	    &ike->half_open, &ike->negotiating, &ike->begun, &ike->active};

	for (size_t i = 0; i < 4; i++) {
		const struct ike_sa *before = NULL;
		size_t here = 0;

		for (const struct ike_sa *sa = list[i]->head; sa;
		     before = sa, sa = sa->next, here++) {
			ck_assert_ptr_eq(sa->prev, before);
			ck_assert_ptr_eq(sa->list, list[i]);
			sa_consistent(ike, sa, n);
		}
		ck_assert_ptr_eq(list[i]->tail, before);
		ck_assert_uint_eq(list[i]->n, here);
		if (list[i]->shares)
			ck_assert_uint_eq(shares_total(list[i]->shares), here);
	}
	ck_assert_uint_eq(hanging(ike->by_i, offsetof(struct ike_sa, next_i)), n->sas);
	ck_assert_uint_eq(hanging(ike->by_r, offsetof(struct ike_sa, next_r)), n->sas);
	ck_assert_uint_eq(hanging(ike->by_peer, offsetof(struct ike_sa, next_p)), n->with_peer);
	ck_assert_uint_eq(ike->children.used, n->reserved + n->unheard);
}

/* ---- peers and SA pairs ---------------------------------------------------------------- */

static void pairs_consistent(const struct gateway *gw, const struct peer *p, struct census *n)
{
	const struct sa_pair *s;
	bool used = false, any = false;

	LIST_FOREACH(s, &p->pairs, link) {
		n->pairs++;
		n->up += s->up;
		n->installed += s->installed;
		any |= s->up;
		used |= s == p->use;
		ck_assert_ptr_eq(s->peer, p);
		ck_assert_ptr_eq(table_get(&gw->pairs, s->child.spi_in), s);
		/* What is not up yet has a quick mode that will bring it up or take it away; one
		 * that we began may be kept for its message 3, which the client may have missed. */
		if (!s->up || !s->ours)
			ck_assert_int_eq(
			    table_get(&gw->ike->children, s->child.spi_in) != NULL, !s->up);
		ck_assert_int_eq(dp_sa_counters(gw->dp, s->child.spi_in, NULL, NULL), s->installed);
	}
	ck_assert_int_eq(p->use != NULL, any);
	ck_assert_int_eq(used, any);
	ck_assert(any ? p->use->up : true);
}

static bool lives(const struct gateway *gw, const struct peer *p)
{
	for (size_t i = 0; i < gw->n_peers; i++)
		if (gw->peers[i] == p)
			return true;
	return false;
}

/* Has it a session that is up? */
static bool serves(const struct gateway *gw, const struct peer *p)
{
	const struct session *s;

	LIST_FOREACH(s, &gw->sessions, link)
		if (s->peer == p && s->up)
			return true;
	return false;
}

static void peers_consistent(const struct gateway *gw, struct census *n)
{
	size_t there = 0, ike = 0, idle = 0, renewing = 0;

	for (size_t i = 0; i < gw->n_peers; i++) {
		const struct peer *p = gw->peers[i];

		ck_assert(i == 0 || gw->peers[i - 1]->id < p->id);
		for (size_t k = 0; k < p->n_ike; k++, ike++)
			ck_assert_ptr_eq(p->ike[k].sa->peer, p);
		renewing += p->renewing != NULL; /* by a main mode of ours, not yet the peer's */
		ck_assert(!p->renewing || p->renewing->peer == p);
		ck_assert(p->ending || p->n_ike || !LIST_EMPTY(&p->pairs) || timer_armed(&p->reap));
		pairs_consistent(gw, p, n);
		idle += p->share.group != NULL;
		ck_assert_int_eq(p->share.group != NULL, !p->ending && !serves(gw, p));
	}
	ck_assert_uint_eq(shares_total(gw->idle), idle);
	for (size_t i = 0; (i = sparse_next(gw->there, sizeof *gw->there, BUCKETS, i)) < BUCKETS;
	     i++) {
		const struct peer *p;

		LIST_FOREACH(p, &gw->there[i], there) {
			const struct endpoint *e = &p->path.remote;

			there++;
			ck_assert_uint_eq(bucket_of(e->port, e->addr.b, 4), i);
			ck_assert(lives(gw, p));
		}
	}
	ck_assert_uint_eq(there, gw->n_peers);
	ck_assert_uint_eq(ike + renewing, n->with_peer);
	ck_assert_uint_eq(gw->tally[TALLY_IKE].active, ike);
	ck_assert_uint_eq(gw->pairs.used, n->pairs);
	ck_assert_uint_eq(n->pairs - n->up, n->reserved);
	ck_assert_uint_eq(gw->tally[TALLY_IPSEC].active + gw->tally[TALLY_IPSEC_NAT].active, n->up);
}

/* ---- sessions ----------------------------------------------------------------------------- */

static void sessions_consistent(const struct gateway *gw, struct census *n)
{
	const struct session *s;
	size_t users = 0, known = 0, selves = 0, named = 0;

	LIST_FOREACH(s, &gw->sessions, link) {
		const struct tunnel *t = table_get(&gw->l2tp->by_session, s->id);

		n->sessions++;
		n->sessions_up += s->up;
		n->addresses += s->address != 0;
		n->questions += s->auth_id != 0;
		ck_assert(lives(gw, s->peer));
		ck_assert_ptr_nonnull(t);
		ck_assert_ptr_eq(t->session.object, s);
		ck_assert_uint_eq(t->session.id, s->id);
		ck_assert_ptr_eq(t->peer, s->peer);
		ck_assert(!s->address || pool_holder(&gw->pools, s->address) == s);
		ck_assert(!s->auth_id || table_get(&gw->auths, s->auth_id) == s);
		ck_assert(dp_session_counters(gw->dp, s->id, &(struct dp_session_counters){0}));
		ck_assert(!s->up || s->known);
		ck_assert(!s->open || s->up);
		known += s->known;
	}
	for (size_t i = 0; (i = sparse_next(gw->users, sizeof *gw->users, BUCKETS, i)) < BUCKETS;
	     i++) {
		size_t before = users;

		LIST_FOREACH(s, &gw->users[i], same_user) {
			users++;
			ck_assert(s->known);
			ck_assert_uint_eq(bucket_of(0, s->user, strlen(s->user)), i);
			ck_assert_ptr_eq(s->named, &gw->named[i]);
		}
		ck_assert_uint_eq(gw->named[i], users - before);
	}
	for (size_t i = 0; i < BUCKETS; i++)
		named += gw->named[i];
	for (size_t i = 0; (i = sparse_next(gw->selves, sizeof *gw->selves, BUCKETS, i)) < BUCKETS;
	     i++)
		LIST_FOREACH(s, &gw->selves[i], same_self)
			selves++;
	for (size_t i = 0; i < gw->n_peers; i++)
		ck_assert(!gw->peers[i]->session || gw->peers[i]->session->peer == gw->peers[i]);
	ck_assert_uint_eq(users, known);
	ck_assert_uint_eq(selves, known);
	ck_assert_uint_eq(named, known);
	ck_assert_uint_eq(gw->n_known, known);
	ck_assert_uint_eq(gw->tally[TALLY_SESSION].active, n->sessions_up);
	ck_assert_uint_eq(
	    gw->tally[TALLY_L2TP].active + gw->tally[TALLY_L2TP_NAT].active, n->sessions_up);
	ck_assert_uint_eq(gw->pools.taken.used, n->addresses);
	ck_assert_uint_eq(gw->auths.used, n->questions);
}

/* ---- L2TP ---------------------------------------------------------------------------------- */

static void l2tp_consistent(const struct gateway *gw, const struct census *n)
{
	const struct l2tp *l = gw->l2tp;
	size_t tunnels = 0, live = 0, sessions = 0, objects = 0;

	for (size_t i = 0; i < L2TP_BUCKETS; i++) {
		const struct tunnel *t;

		LIST_FOREACH(t, &l->buckets[i], link) {
			tunnels++;
			live += t->state == TUNNEL_WAIT_CTL_CONN || t->state == TUNNEL_ESTABLISHED;
			sessions += t->session.id != 0;
			objects += t->session.object != NULL;
			ck_assert_ptr_eq(table_get(&l->by_tunnel, t->id), t);
			ck_assert(!t->session.id || table_get(&l->by_session, t->session.id) == t);
			ck_assert(!t->peer || lives(gw, t->peer));
			ck_assert(!t->peer || l2tp_bucket(gw->l2tp, t->peer) == &l->buckets[i]);
			ck_assert(t->state != TUNNEL_CLOSED || timer_armed(&t->linger));
			ck_assert(t->state != TUNNEL_WAIT_CTL_CONN || timer_armed(&t->setup));
		}
	}
	ck_assert_uint_eq(l->by_tunnel.used, tunnels);
	ck_assert_uint_eq(l->by_session.used, sessions);
	ck_assert_uint_eq(objects, n->sessions);
	ck_assert_uint_eq(l->live, live);
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void dataplane_consistent(const struct gateway *gw, const struct census *n)
{
	struct dp_census dp;

	ck_assert(dp_consistent(gw->dp, &dp));
	ck_assert_uint_eq(dp.spis, n->pairs);
	ck_assert_uint_eq(dp.sas, n->installed);
	ck_assert_uint_eq(dp.sessions, n->sessions);
}

static struct census look(struct gateway *gw, size_t routes)
{
	struct census n = {0};

	dp_poll(gw->dp); /* the dead of the packet path are buried then */
	ike_consistent(gw->ike, &n);
	peers_consistent(gw, &n);
	sessions_consistent(gw, &n);
	l2tp_consistent(gw, &n);
	dataplane_consistent(gw, &n);
	ck_assert_uint_eq(routes, n.sessions_up);
	return n;
}

void gateway_consistent(struct gateway *gw, size_t routes)
{
	look(gw, routes);
}

void gateway_is_empty(struct gateway *gw)
{
	struct census n = look(gw, 0);
	struct dp_census dp;

	ck_assert_uint_eq(n.sas, 0);
	ck_assert_uint_eq(n.pairs, 0);
	ck_assert_uint_eq(n.sessions, 0);
	ck_assert_uint_eq(gw->n_peers, 0);
	for (size_t i = 0; i < L2TP_BUCKETS; i++)
		ck_assert(LIST_EMPTY(&gw->l2tp->buckets[i]));
	ck_assert(dp_consistent(gw->dp, &dp));
	ck_assert_uint_eq(dp.peers, 0);
	ck_assert_uint_eq(gw->env->heap_len, 0);
}
