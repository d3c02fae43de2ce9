/*
 * Peers: whom phase 1 has authenticated. Identity: our own id, given at phase
 * 1 together with the Index that operators see; found by any of its SAs.
 * Nothing below is ever looked up by an outer address, which is only where to
 * send now. Life: until the last of its SAs is gone.
 *
 * A fresh main mode has no cryptographic link to an older one. It joins a peer
 * when outer address and port, tunnel group and phase 1 identity are the same,
 * and leaves it for a peer of its own when its first quick mode tells that it is
 * somebody else: other client identities, or the peer was heard from elsewhere
 * meanwhile. INITIAL-CONTACT waits for that answer too.
 */
#include "engine/session/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long a session waits for another SA after its last one went. */
#define ORPHAN_WAIT (5 * SEC)
#define FAILURES_TOLD 20 /* lines a second about those who never became a peer */

const struct cfg_tunnel_group *peer_group(const struct peer *p)
{
	return config_tunnel_group(p->gw->config, p->tunnel_group);
}

struct trace_ctx peer_ctx(const struct peer *p)
{
	return (struct trace_ctx){
	    .group = p->tunnel_group,
	    .user = p->session && p->session->up ? p->session->user : NULL,
	    .ip = &p->path.remote.addr,
	};
}

uint64_t peer_last_heard(const struct peer *p)
{
	struct dp_sa_counters in, out;
	uint64_t last = p->last_ike;
	struct sa_pair *s;

	LIST_FOREACH(s, &p->pairs, link)
		if (dp_sa_counters(p->gw->dp, s->child.spi_in, &in, &out) && in.last_used > last)
			last = in.last_used;
	return last;
}

/* ---- death ---------------------------------------------------------------- */

static void remove_from_list(struct gateway *gw, const struct peer *p)
{
	size_t low = 0, high = gw->n_peers;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (gw->peers[mid]->id < p->id)
			low = mid + 1;
		else
			high = mid;
	}
	gw->n_peers--;
	memmove(&gw->peers[low], &gw->peers[low + 1], (gw->n_peers - low) * sizeof *gw->peers);
}

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
	while (p->n_ike)
		ike_sa_delete(gw->ike, p->ike[p->n_ike - 1].sa, p->why);
	timer_stop(gw->env, &p->liveness);
	timer_stop(gw->env, &p->orphan);
	timer_stop(gw->env, &p->keepalive);
	timer_stop(gw->env, &p->reap);
	peer_busy(p);
	LIST_REMOVE(p, there);
	remove_from_list(gw, p);
	free(p->ident);
	free(p);
}

static void reap(struct timer *t)
{
	struct peer *p = container_of(t, struct peer, reap);

	if (p->ending || (p->n_ike == 0 && LIST_EMPTY(&p->pairs)))
		peer_free(p);
}

void peer_end(struct peer *p, enum reason why)
{
	if (p->ending)
		return;
	p->ending = true;
	p->why = why;
	peer_busy(p); /* its place is free */
	timer_start(p->gw->env, &p->reap, 0);
}

void peer_busy(struct peer *p)
{
	shares_give(p->gw->idle, &p->share);
}

void peer_idle(struct peer *p)
{
	struct gateway *gw = p->gw;
	struct share *gone;

	if (p->ending || p->share.group || (p->session && p->session->up))
		return;
	while ((gone = shares_victim(gw->idle, p->origin))) {
		struct peer *other = container_of(gone, struct peer, share);

		peer_ike_ops.failed(gw, &other->path, REASON_SHARE_USED_UP, other->tunnel_group);
		peer_end(other, REASON_SHARE_USED_UP);
	}
	if (!shares_take(gw->idle, &p->share, p->origin))
		peer_end(p, REASON_NO_MEMORY);
}

void peer_check(struct peer *p)
{
	if (p->ending)
		return;
	if (!LIST_EMPTY(&p->pairs))
		return;
	if (p->n_ike == 0) {
		p->why = REASON_USER_REQUESTED;
		timer_start(p->gw->env, &p->reap, 0);
	} else if (p->session) {
		peer_orphan(p, ORPHAN_WAIT, REASON_PEER_DELETE);
	}
}

void peer_orphan(struct peer *p, uint64_t wait, enum reason why)
{
	if (p->ending || timer_armed(&p->orphan))
		return;
	p->orphan_why = why;
	timer_start(p->gw->env, &p->orphan, wait);
}

static void orphan_waited(struct timer *t)
{
	struct peer *p = container_of(t, struct peer, orphan);

	peer_end(p, p->orphan_why);
}

/* ---- liveness --------------------------------------------------------------- */

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
 * One timer for two questions: does the client still live (DPD, RFC 3706, when nothing was heard for
 * the group's threshold), and does an IPsec tunnel without a session still serve anybody.
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
 * RFC 3948 asks whoever is behind a NAT for keepalives; the device sends them from its side as well,
 * at the interval of `crypto isakmp nat-traversal`.
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

static uint32_t there_bucket(const struct endpoint *e)
{
	return bucket_of(e->port, e->addr.b, e->addr.family == AF_INET6 ? 16 : 4);
}

void peer_moved(struct peer *p, const struct path *path)
{
	LIST_REMOVE(p, there);
	p->path = *path;
	LIST_INSERT_HEAD(&p->gw->there[there_bucket(&path->remote)], p, there);
	for (size_t n = 0; n < p->n_ike; n++)
		if (!p->ike[n].joined)
			ike_sa_move(p->ike[n].sa, path);
	peer_fit(p);
}

/* ---- phase 1 ------------------------------------------------------------------ */

static bool same_ident(const struct peer *p, const struct ike_sa_info *i)
{
	return p->ident_len == i->id_len + 1 && p->ident[0] == i->id_type &&
	    memcmp(p->ident + 1, i->id, i->id_len) == 0;
}

static struct peer *find_same(struct gateway *gw, const struct ike_sa_info *i)
{
	struct peer *p;

	LIST_FOREACH(p, &gw->there[there_bucket(&i->path.remote)], there)
		if (!p->ending && endpoint_equal(&p->path.remote, &i->path.remote) &&
		    strcmp(p->tunnel_group, i->tunnel_group) == 0 && same_ident(p, i))
			break;
	return p;
}

static struct peer *create(struct gateway *gw, const struct ike_sa_info *i)
{
	struct peer *p;

	if (gw->n_peers == gw->peers_size) {
		size_t size = gw->peers_size ? 2 * gw->peers_size : 64;
		struct peer **list = realloc(gw->peers, size * sizeof *list);

		if (!list)
			return NULL;
		gw->peers = list;
		gw->peers_size = size;
	}
	p = calloc(1, sizeof *p);
	if (!p || !(p->ident = malloc(i->id_len + 1))) {
		free(p);
		return NULL;
	}
	p->ident[0] = i->id_type;
	memcpy(p->ident + 1, i->id, i->id_len);
	p->ident_len = i->id_len + 1;
	p->gw = gw;
	p->id = ++gw->last_peer;
	p->index = p->id;
	p->path = i->path;
	p->origin = share_key_of(&i->path.remote.addr);
	snprintf(p->tunnel_group, sizeof p->tunnel_group, "%s", i->tunnel_group);
	p->liveness.fire = liveness;
	p->orphan.fire = orphan_waited;
	p->keepalive.fire = keepalive;
	p->reap.fire = reap;
	p->born = p->last_ike = gw->env->now(gw->env);
	LIST_INIT(&p->pairs);
	gw->peers[gw->n_peers++] = p;
	LIST_INSERT_HEAD(&gw->there[there_bucket(&p->path.remote)], p, there);
	timer_start(gw->env, &p->liveness, SEC);
	peer_idle(p);
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

static struct peer *phase1_up(void *owner, struct ike_sa *sa)
{
	struct gateway *gw = owner;
	struct phase1 one = {.sa = sa, .since = gw->env->now(gw->env), .joined = true};
	struct ike_sa_info i;
	struct peer *p;

	ike_sa_get(gw->ike, sa, &i);
	p = find_same(gw, &i);
	if (!p) {
		p = create(gw, &i);
		one.joined = false;
	}
	if (!p)
		return NULL;
	phase1_room(p);
	phase1_add(p, one);
	p->last_ike = one.since;
	tally_add(gw, TALLY_IKE);
	return p;
}

static void phase1_down(void *owner, struct peer *p, struct ike_sa *sa, enum reason why)
{
	struct phase1 *i = phase1_of(p, sa);

	if (i) {
		phase1_take(p, i);
		tally_remove(owner, TALLY_IKE);
	}
	/* Who sends data is not lost, whatever became of the answer. */
	if (why == REASON_LOST_SERVICE && peer_last_heard(p) <= p->probed)
		peer_end(p, why);
	else
		peer_check(p);
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

static void initial_contact(void *owner, struct peer *p, struct ike_sa *sa)
{
	struct phase1 *i = phase1_of(p, sa);

	(void)owner;
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

/* Is the client of that phase 1 the one whose SA pairs we have? */
static bool same_client(const struct peer *p, const struct phase1 *i, const struct child *c)
{
	bool any = false, same = false;
	struct ike_sa_info info;
	struct dp_sa_counters in, out;
	struct sa_pair *s;

	ike_sa_get(p->gw->ike, i->sa, &info);
	if (!path_equal(&info.path, &p->path))
		return false; /* the peer's newest authentic packet came from elsewhere */
	LIST_FOREACH(s, &p->pairs, link) {
		if (!s->up)
			continue;
		/* Who says that he has nothing else does not use it at the same time. */
		sa_pair_counters(s, &in, &out);
		if (i->contact && in.last_used > i->since)
			return false;
		any = true;
		same |= same_selector(&s->child.remote, &c->remote, false) &&
		    same_selector(&s->child.local, &c->local, true);
	}
	return same || !any;
}

static struct peer *split(struct peer *p, struct phase1 *i)
{
	struct gateway *gw = p->gw;
	struct trace_ctx ctx = peer_ctx(p);
	struct ike_sa_info info;
	struct peer *own;

	ike_sa_get(gw->ike, i->sa, &info);
	own = create(gw, &info);
	if (!own)
		return NULL;
	trace_ike(gw->trace, &ctx, "Phase 1 is another client's than the one at the same address");
	i->joined = i->contact = false;
	phase1_add(own, *i);
	phase1_take(p, i);
	peer_check(p);
	return own;
}

static struct peer *quick_mode(void *owner, struct peer *p, struct ike_sa *sa, const struct child *c)
{
	struct phase1 *i = phase1_of(p, sa);
	bool contact;

	(void)owner;
	if (!i || !i->joined || p->ending)
		return p;
	if (!same_client(p, i, c))
		return split(p, i);
	contact = i->contact;
	i->joined = i->contact = false;
	if (contact)
		forget_older(p, i->since);
	return p;
}

/* ---- quick mode ------------------------------------------------------------------ */

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
	sa_trace_outbound(p->gw->trace, &s->ids, c);
	sa_pair_up(s, c);
}

static void child_trace_inbound(void *owner, struct peer *p, const struct child *c)
{
	struct sa_pair *s = by_in(owner, c->spi_in);

	if (s && s->peer == p)
		sa_trace_inbound(p->gw->trace, &s->ids, c);
}

static void child_abort(void *owner, struct peer *p, uint32_t spi_in, enum reason why)
{
	struct sa_pair *s = by_in(owner, spi_in);

	if (s && s->peer == p)
		sa_pair_remove(s, false);
	gateway_failure(owner, why);
	peer_check(p);
}

static void child_deleted(void *owner, struct peer *p, uint32_t spi_out)
{
	struct sa_pair *s = sa_pair_by_out(p, spi_out);

	(void)owner;
	if (s)
		sa_pair_remove(s, false);
	peer_check(p);
}

static void moved(void *owner, struct peer *p, struct ike_sa *sa, const struct path *path)
{
	struct gateway *gw = owner;
	struct phase1 *i = phase1_of(p, sa);

	if (!i || i->joined)
		return; /* whose it is, quick mode will tell */
	p->last_ike = gw->env->now(gw->env);
	if (path_equal(&p->path, path))
		return;
	peer_moved(p, path);
	dp_peer_move(gw->dp, p->id, path);
}

static bool l2tp_allowed(void *owner, const struct cfg_tunnel_group *g)
{
	struct gateway *gw = owner;
	struct session_policy policy;

	policy_resolve(gw->config, g, NULL, NULL, &policy);
	return (policy.protocols & PROTO_L2TP_IPSEC) != 0;
}

/* Anybody can make attempts that fail: they are all counted, but not all are a line. */
static bool may_tell(struct gateway *gw)
{
	uint64_t now = gw->env->now(gw->env);

	if (now - gw->told_since >= SEC) {
		if (gw->untold)
			gateway_log(gw, 4, 713903, "%u more failed attempts without a line of their own",
			    gw->untold);
		gw->told_since = now;
		gw->told = gw->untold = 0;
	}
	if (gw->told == FAILURES_TOLD) {
		gw->untold++;
		return false;
	}
	gw->told++;
	return true;
}

static void failed(void *owner, const struct path *path, enum reason why, const char *detail)
{
	char from[ADDR_TEXT_MAX];

	gateway_failure(owner, why);
	if (!may_tell(owner))
		return;
	gateway_log(owner, 4, 713903, "IP = %s, %s%s%s", addr_text(&path->remote.addr, from),
	    reason_text(why)->device, detail && *detail ? ": " : "", detail ? detail : "");
}

const struct ike_ops peer_ike_ops = {
	.phase1_up = phase1_up,
	.phase1_down = phase1_down,
	.initial_contact = initial_contact,
	.child_reserve = child_reserve,
	.child_inbound = child_inbound,
	.child_up = child_up,
	.child_trace_inbound = child_trace_inbound,
	.child_abort = child_abort,
	.child_deleted = child_deleted,
	.moved = moved,
	.quick_mode = quick_mode,
	.l2tp_allowed = l2tp_allowed,
	.failed = failed,
};
