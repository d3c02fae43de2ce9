/*
 * The phase 1s of peers, and to which peer a phase 1 belongs.
 *
 * A fresh main mode has no cryptographic link to an older one. It joins a peer
 * when outer address and port, tunnel group and phase 1 identity are the same,
 * and leaves it for a peer of its own when its first quick mode tells that it is
 * somebody else: other client identities, or the peer was heard from elsewhere
 * meanwhile. INITIAL-CONTACT waits for that answer too.
 */
#include "engine/session/join.h"

#include <string.h>

#include "engine/session/account.h"
#include "engine/session/liveness.h"
#include "engine/session/path_mtu.h"
#include "engine/session/peer.h"
#include "engine/session/reap.h"
#include "engine/session/renew.h"
#include "engine/session/report.h"
#include "engine/session/sa_pair.h"

#define OVERLAP SEC /* packets of the SAs before are on their way that long */

static struct peer *born(struct gateway *gw, const struct ike_sa_info *i)
{
	struct peer *p = peer_create(gw, i, peer_reap);

	if (!p)
		return NULL;
	liveness_start(p);
	path_mtu_init(p);
	return p;
}

static struct phase1 *phase1_of(struct peer *p, const struct ike_sa *sa)
{
	for (size_t n = 0; n < p->n_ike; n++)
		if (p->ike[n].sa == sa)
			return &p->ike[n];
	return NULL;
}

static void phase1_add(struct peer *p, struct phase1 i)
{
	i.number = ++p->numbers;
	p->ike[p->n_ike++] = i;
}

static void phase1_take(struct peer *p, struct phase1 *i)
{
	size_t after = (size_t)(p->ike + p->n_ike - (i + 1));

	memmove(i, i + 1, after * sizeof *i);
	p->n_ike--;
}

/* One more than a peer may have: an older one gives way, first of those that may not be its own. */
static void phase1_room(struct peer *p)
{
	struct phase1 *oldest = &p->ike[0];

	if (p->n_ike < PEER_IKE_MAX)
		return;
	for (size_t n = p->n_ike; n-- > 0;)
		if (p->ike[n].joined)
			oldest = &p->ike[n];
	ike_sa_delete(p->gw->ike, oldest->sa, REASON_SHARE_USED_UP);
}

/* One that we have begun is that peer's, unless somebody else answered. */
static struct peer *renewed_by_us(struct peer *p, struct phase1 one, const struct ike_sa_info *i)
{
	struct trace_ctx ctx = peer_ctx(p);

	p->renewing = NULL;
	if (p->ending || !peer_is(p, i)) {
		trace_ike(p->gw->trace, 713903, &ctx,
		    "Phase 1 was renewed with another identity, dropping it");
		return NULL;
	}
	one.joined = false;
	phase1_room(p);
	phase1_add(p, one);
	p->last_heard = one.since;
	tally_add(p->gw, TALLY_IKE);
	renew_phase1_there(p);
	return p;
}

struct peer *join_phase1_up(void *owner, struct ike_sa *sa)
{
	struct gateway *gw = owner;
	struct phase1 one = {.sa = sa, .since = gw->env->now(gw->env), .joined = true};
	struct ike_sa_info i;
	struct peer *p;

	ike_sa_get(gw->ike, sa, &i);
	if (i.peer)
		return renewed_by_us(i.peer, one, &i);
	p = peer_find_same(gw, &i);
	if (!p) {
		p = born(gw, &i);
		one.joined = false;
	}
	if (!p)
		return NULL;
	if (!one.joined)
		attempt_hand(&p->attempt, ike_sa_attempt(sa));
	one.renewal = p->session && p->session->up;
	p->client = i.client;
	phase1_room(p);
	phase1_add(p, one);
	p->last_heard = one.since;
	tally_add(gw, TALLY_IKE);
	return p;
}

void join_phase1_down(void *owner, struct peer *p, struct ike_sa *sa, enum reason why)
{
	struct phase1 *i = phase1_of(p, sa);

	if (p->renewing == sa)
		p->renewing = NULL;
	if (i) {
		if (i->renewal) /* whose client wanted nothing more of it: it failed at nothing */
			attempt_succeed(ike_sa_attempt(sa));
		ike_sa_terms(sa, &p->terms);
		if (!i->joined && ike_sa_heard(sa) > p->last_heard)
			p->last_heard = ike_sa_heard(sa);
		phase1_take(p, i);
		tally_remove(owner, TALLY_IKE);
	}
	peer_check_why(p, why); /* it lives on without it, as long as it has another SA */
}

/* RFC 2407 4.6.3.3: whatever this very client had before that phase 1 is stale. */
static void forget_older(struct peer *p, uint64_t since)
{
	struct sa_pair *s, *next;

	l2tp_forget(p->gw->l2tp, p, since, REASON_PEER_RECONNECTED);
	for (s = LIST_FIRST(&p->pairs); s; s = next) {
		next = LIST_NEXT(s, link);
		if (s->born < since)
			sa_pair_remove(s, false);
	}
	for (size_t n = p->n_ike; n-- > 0;)
		if (p->ike[n].since < since)
			ike_sa_delete(p->gw->ike, p->ike[n].sa, REASON_PEER_RECONNECTED);
}

void join_initial_contact(void *owner, struct peer *p, struct ike_sa *sa)
{
	struct gateway *gw = owner;
	struct phase1 *i = phase1_of(p, sa);
	struct ike_sa_info info;

	ike_sa_get(gw->ike, sa, &info);
	if (info.initiator) /* it answers on what it has: some say so behind every phase 1 */
		return;
	if (i && i->joined)
		i->contact = true;
	else if (i)
		forget_older(p, i->since);
}

/* The client's port is left out: some choose another one for every dial. */
static bool same_selector(const struct selector *a, const struct selector *b, bool port)
{
	return addr_equal(&a->addr, &b->addr) && addr_equal(&a->mask, &b->mask) &&
	    a->protocol == b->protocol && (!port || a->port == b->port);
}

/* Has anything come by that pair, which is another phase 1's, since this one was there? */
static bool used_since(const struct sa_pair *s, const struct phase1 *i)
{
	struct dp_sa_counters in, out;

	sa_pair_counters(s, &in, &out);
	return s->up && in.last_used > i->since;
}

/*
 * Some claim a first contact as soon as they have no phase 1, and use their SAs on. One port of
 * UDP 4500 is one client's at a time: he who uses it is he who said so, and the claim is void.
 */
static bool first_contact(const struct peer *p, const struct phase1 *i)
{
	const struct sa_pair *s;

	if (!i->contact)
		return false;
	LIST_FOREACH(s, &p->pairs, link)
		if (used_since(s, i))
			return false;
	return true;
}

/* Is the client of that phase 1 the one whose SA pairs we have? */
static bool same_client(const struct peer *p, const struct phase1 *i, const struct child *c)
{
	bool any = false, same = false;
	struct ike_sa_info info;
	struct sa_pair *s;

	ike_sa_get(p->gw->ike, i->sa, &info);
	if (!path_equal(&info.path, &p->path))
		return false; /* the peer's newest authentic packet came from elsewhere */
	LIST_FOREACH(s, &p->pairs, link) {
		if (!s->up)
			continue;
		/* ESP without ports: a neighbour's it may be, who says that he has nothing. */
		if (i->contact && !s->child.udp_encap && used_since(s, i))
			return false;
		any = true;
		same |= same_selector(&s->child.remote, &c->remote, false) &&
		    same_selector(&s->child.local, &c->local, true);
	}
	return same || !any;
}

/* Those of the pairs that were born since then (0: all), in the order of their birth. What is in
 * the making beside others may be under another phase 1: that has to begin anew. False: one that
 * was up could not be given. */
static bool give_pairs(struct peer *from, struct peer *to, uint64_t since)
{
	struct sa_pair *s, *oldest;
	bool all = true;

	do {
		oldest = NULL;
		LIST_FOREACH(s, &from->pairs, link)
			if (s->born >= since)
				oldest = s;
		if (oldest && ((since && !oldest->up) || !sa_pair_give(oldest, to))) {
			all &= !oldest->up;
			sa_pair_remove(oldest, true);
		}
	} while (oldest);
	return all;
}

static struct peer *split(struct peer *p, struct phase1 *i)
{
	struct trace_ctx ctx = peer_ctx(p);
	struct ike_sa_info info;
	struct peer *own;

	ike_sa_get(p->gw->ike, i->sa, &info);
	own = born(p->gw, &info);
	if (!own)
		return NULL;
	trace_ike(p->gw->trace, 713903, &ctx,
	    "Phase 1 is another client's than the one at the same address");
	i->joined = i->contact = false;
	own->client = info.client;
	attempt_hand(&own->attempt, ike_sa_attempt(i->sa));
	phase1_add(own, *i);
	phase1_take(p, i);
	peer_check(p);
	return own;
}

/* A phase 1 is its peer's: a dial of a client without a session, or all that it wanted. */
static void renewed(struct peer *p, struct attempt **a)
{
	if (p->session && p->session->up)
		attempt_succeed(a);
	else
		attempt_hand(&p->attempt, a);
}

struct peer *join_quick_mode(void *owner, struct peer *p, struct ike_sa *sa, const struct child *c)
{
	struct phase1 *i = phase1_of(p, sa);
	bool contact;

	(void)owner;
	if (!i || !i->joined || p->ending)
		return p;
	if (!same_client(p, i, c))
		return split(p, i);
	renewed(p, ike_sa_attempt(sa));
	contact = first_contact(p, i);
	i->joined = i->contact = false;
	i->alike = !contact && p->session;
	if (contact)
		forget_older(p, i->since);
	return p;
}

/* That phase 1 is not the peer's, nor is what was made since: all that is a peer of its own. */
static void disown(struct peer *p, struct phase1 *i)
{
	uint64_t since = i->since;
	struct ike_sa *sa = i->sa;
	struct peer *own;

	i->alike = false;
	own = split(p, i);
	if (!own)
		return;
	ike_sa_give(sa, own);
	(void)give_pairs(p, own, since);
	if (own->use)
		renew_pair_up(own->use);
	peer_check(p);
}

void join_take(struct peer *p, struct peer *own)
{
	struct gateway *gw = p->gw;
	struct path path = own->path;
	bool given;

	if (own->renewing)
		ike_sa_delete(gw->ike, own->renewing, REASON_PEER_RECONNECTED);
	while (own->n_ike) {
		struct phase1 i = own->ike[0];

		phase1_take(own, &own->ike[0]);
		phase1_room(p);
		phase1_add(p, i);
		ike_sa_give(i.sa, p);
	}
	given = give_pairs(own, p, 0);
	dp_peer_move(gw->dp, p->id, &path);
	account_moved(p, &path);
	if (p->use)
		renew_pair_up(p->use);
	if (p->use && !given) /* another packet worker's: he gets one that is his session's */
		renew_at_once(p->use);
	p->lapsed = false;
	p->last_heard = gw->env->now(gw->env);
	attempt_succeed(&own->attempt);
	peer_end(own, REASON_PEER_RECONNECTED);
}

/*
 * A NAT that starts anew may give one client the port of another, and behind it they all look
 * alike: what the one renews goes to the other's peer. A client uses its newest SAs; one that moves
 * and uses older ones has not got them: they are somebody else's.
 */
void join_moved_by(struct peer *p, uint64_t born)
{
	uint64_t now = p->gw->env->now(p->gw->env);

	for (size_t n = p->n_ike; n-- > 0;) {
		struct phase1 *i = &p->ike[n];

		if (i->alike && born < i->since && now - i->since >= OVERLAP)
			disown(p, i);
	}
}

bool join_alike(const struct peer *p, uint64_t born)
{
	for (size_t n = 0; n < p->n_ike; n++)
		if (p->ike[n].alike && born >= p->ike[n].since)
			return true;
	return false;
}

void join_known(struct peer *p, uint64_t born)
{
	for (size_t n = 0; n < p->n_ike; n++)
		if (born >= p->ike[n].since)
			p->ike[n].alike = false;
}

/* Who goes on with a session of his own there is that neighbour. */
void join_foreign(struct peer *p, uint64_t born)
{
	for (size_t n = p->n_ike; n-- > 0;) {
		struct phase1 *i = &p->ike[n];

		if (i->alike && born >= i->since)
			disown(p, i);
	}
}

void join_moved(void *owner, struct peer *p, struct ike_sa *sa, const struct path *path)
{
	struct gateway *gw = owner;
	struct phase1 *i = phase1_of(p, sa);

	if (!i || i->joined)
		return; /* whose it is, quick mode will tell */
	p->last_heard = gw->env->now(gw->env);
	if (path_equal(&p->path, path))
		return;
	join_moved_by(p, i->since);
	account_moved(p, path);
	dp_peer_move(gw->dp, p->id, path);
}
