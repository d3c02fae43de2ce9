/*
 * Peers: whom phase 1 has authenticated. Identity: our own id, given at phase
 * 1 together with the Index that operators see; found by any of its SAs.
 * Nothing below is ever looked up by an outer address, which is only where to
 * send now. Life: until the last of its SAs is gone.
 */
#include "engine/session/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/fit.h"
#include "engine/session/probe.h"
#include "engine/session/report.h"

/* How long a session waits for another SA after its last one went. */
#define ORPHAN_WAIT (5 * SEC)

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

struct ike_sa *peer_phase1(const struct peer *p)
{
	for (size_t n = p->n_ike; n-- > 0;)
		if (!p->ike[n].joined)
			return p->ike[n].sa;
	return p->n_ike ? p->ike[p->n_ike - 1].sa : NULL;
}

/* On what he had before that time. */
static uint64_t last_heard(const struct peer *p, uint64_t before)
{
	const struct ike_sa *only = peer_phase1(p);
	struct dp_sa_counters in, out;
	uint64_t last = p->last_heard;
	struct sa_pair *s;

	for (size_t n = 0; n < p->n_ike && p->ike[n].since < before; n++)
		if ((!p->ike[n].joined || p->ike[n].sa == only) &&
		    ike_sa_heard(p->ike[n].sa) > last)
			last = ike_sa_heard(p->ike[n].sa);
	LIST_FOREACH(s, &p->pairs, link)
		if (s->born < before &&
		    dp_sa_counters(p->gw->dp, s->child.spi_in, &in, &out) &&
		    in.last_used > last)
			last = in.last_used;
	return last;
}

uint64_t peer_last_heard(const struct peer *p)
{
	return last_heard(p, UINT64_MAX);
}

uint64_t peer_surely_heard(const struct peer *p)
{
	for (size_t n = 0; n < p->n_ike; n++) /* the oldest first */
		if (p->ike[n].joined || p->ike[n].alike)
			return last_heard(p, p->ike[n].since);
	return peer_last_heard(p);
}

/* ---- the end ---------------------------------------------------------------- */

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

/* Who had been up before has no attempt any more. */
static void push_out(struct peer *p)
{
	struct gateway *gw = p->gw;
	struct attempt gone = {.sink = &gw->attempts, .began = p->born, .path = p->path,
	    .stage = ATTEMPT_AUTHENTICATED};

	snprintf(gone.group, sizeof gone.group, "%s", p->tunnel_group);
	if (p->attempt)
		attempt_fail(&p->attempt, &p->path, REASON_SHARE_USED_UP, NULL);
	else if (p->session && p->session->attempt)
		attempt_fail(&p->session->attempt, &p->path, REASON_SHARE_USED_UP, NULL);
	else
		attempt_refused_as(&gone, REASON_SHARE_USED_UP, NULL);
	peer_end(p, REASON_SHARE_USED_UP);
}

void peer_idle(struct peer *p)
{
	struct gateway *gw = p->gw;
	struct share *gone;

	if (p->ending || p->share.group || (p->session && p->session->up))
		return;
	while ((gone = shares_victim(gw->idle, p->origin))) {
		struct peer *other = container_of(gone, struct peer, share);

		push_out(other);
	}
	if (!shares_take(gw->idle, &p->share, p->origin))
		peer_end(p, REASON_NO_MEMORY);
}

void peer_check(struct peer *p)
{
	peer_check_why(p, REASON_PEER_DELETE);
}

void peer_check_why(struct peer *p, enum reason why)
{
	if (p->ending)
		return;
	if (!LIST_EMPTY(&p->pairs)) {
		if (!p->use && p->lapsed && p->session) /* what is on its way has little time */
			peer_orphan(p, 2 * ORPHAN_WAIT, REASON_IPSEC_LIFETIME);
		return;
	}
	if (p->n_ike == 0) {
		p->why = p->lapsed ? REASON_IPSEC_LIFETIME :
		    why == REASON_PEER_DELETE ? REASON_USER_REQUESTED : why;
		timer_start(p->gw->env, &p->reap, 0);
	} else if (p->session) {
		peer_orphan(p, ORPHAN_WAIT, p->lapsed ? REASON_IPSEC_LIFETIME : why);
	}
}

void peer_orphan(struct peer *p, uint64_t wait, enum reason why)
{
	if (p->ending || timer_armed(&p->orphan))
		return;
	p->orphan_why = why;
	p->orphan_heard = peer_last_heard(p);
	p->orphan_awake = false;
	timer_start(p->gw->env, &p->orphan, wait);
}

/* ---- where it is ------------------------------------------------------------ */

static uint32_t there_bucket(const struct endpoint *e)
{
	return bucket_of(e->port, e->addr.b, e->addr.family == AF_INET6 ? 16 : 4);
}

bool peer_is(const struct peer *p, const struct ike_sa_info *i)
{
	return strcmp(p->tunnel_group, i->tunnel_group) == 0 && p->ident_len == i->id_len + 1 &&
	    p->ident[0] == i->id_type &&
	    memcmp(p->ident + 1, i->id, i->id_len) == 0;
}

struct peer *peer_find_same(struct gateway *gw, const struct ike_sa_info *i)
{
	struct peer *p;

	LIST_FOREACH(p, &gw->there[there_bucket(&i->path.remote)], there)
		if (!p->ending && endpoint_equal(&p->path.remote, &i->path.remote) &&
		    peer_is(p, i))
			break;
	return p;
}

struct peer *peer_at(struct gateway *gw, const struct endpoint *e, struct peer *after)
{
	struct peer *p = after ? LIST_NEXT(after, there) : LIST_FIRST(&gw->there[there_bucket(e)]);

	while (p && !endpoint_equal(&p->path.remote, e))
		p = LIST_NEXT(p, there);
	return p;
}

void peer_moved(struct peer *p, const struct path *path)
{
	LIST_REMOVE(p, there);
	p->path = *path;
	LIST_INSERT_HEAD(&p->gw->there[there_bucket(&path->remote)], p, there);
	for (size_t n = 0; n < p->n_ike; n++)
		if (!p->ike[n].joined)
			ike_sa_move(p->ike[n].sa, path);
	if (p->renewing)
		ike_sa_move(p->renewing, path);
	p->path_mtu.learned = 0; /* of another path */
	p->path_mtu.silent = false;
	timer_stop(p->gw->env, &p->path_mtu.age);
	peer_fit(p);
	if (p->session && p->session->up)
		probe_start(p->session);
}

/* ---- birth and death --------------------------------------------------------- */

static uint32_t fnv(uint32_t h, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ bytes[i]) * 0x01000193u;
	return h;
}

/* Ids go up. All at one address who say that they are the same have the same packet worker: one of
 * them may be the other, come back from another port of its NAT, and then takes his SA pairs with
 * him. */
static uint32_t next_id(struct gateway *gw, const struct peer *p)
{
	const struct addr *from = &p->path.remote.addr;
	uint32_t h = fnv(0x811c9dc5u, from->b, sizeof from->b);

	h = fnv(h, p->ident, p->ident_len);
	gw->last_peer = dp_peer_beside(gw->dp, gw->last_peer + 1, h ^ h >> 16);
	return gw->last_peer;
}

struct peer *peer_create(struct gateway *gw, const struct ike_sa_info *i,
    void (*reap)(struct timer *))
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
	if (!p)
		return NULL;
	p->tunnel_group = intern_text(&gw->texts, i->tunnel_group);
	p->ident = malloc(i->id_len + 1);
	if (!p->tunnel_group || !p->ident) {
		intern_drop(&gw->texts, p->tunnel_group);
		free(p->ident);
		free(p);
		return NULL;
	}
	p->ident[0] = i->id_type;
	memcpy(p->ident + 1, i->id, i->id_len);
	p->ident_len = i->id_len + 1;
	p->gw = gw;
	p->path = i->path;
	p->id = next_id(gw, p);
	p->index = p->id;
	p->origin = share_key_of(&i->path.remote.addr);
	p->reap.fire = reap;
	p->born = p->last_heard = gw->env->now(gw->env);
	LIST_INIT(&p->pairs);
	gw->peers[gw->n_peers++] = p;
	LIST_INSERT_HEAD(&gw->there[there_bucket(&p->path.remote)], p, there);
	peer_idle(p);
	return p;
}

/* Where the first one stands whose id is not less. */
static size_t place_of(const struct gateway *gw, uint32_t id)
{
	size_t low = 0, high = gw->n_peers;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (gw->peers[mid]->id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct peer *peer_by_id(const struct gateway *gw, uint32_t id)
{
	size_t at = place_of(gw, id);

	return at < gw->n_peers && gw->peers[at]->id == id ? gw->peers[at] : NULL;
}

static void remove_from_list(struct gateway *gw, const struct peer *p)
{
	size_t low = place_of(gw, p->id);

	gw->n_peers--;
	memmove(&gw->peers[low], &gw->peers[low + 1], (gw->n_peers - low) * sizeof *gw->peers);
}

void peer_destroy(struct peer *p)
{
	struct gateway *gw = p->gw;

	timer_stop(gw->env, &p->orphan);
	timer_stop(gw->env, &p->reap);
	peer_busy(p);
	LIST_REMOVE(p, there);
	remove_from_list(gw, p);
	free(p->ident);
	intern_drop(&gw->texts, p->tunnel_group);
	free(p);
}
