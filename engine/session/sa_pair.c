/*
 * SA pairs of a peer. Identity: the inbound SPI that we chose. Life: reserved
 * by quick mode's first message, inbound before our answer leaves, both ways
 * after message 3, until a Delete, a successor's Delete, or its lifetime.
 * All live pairs are accepted; the newest one that the client confirmed
 * carries what we send (RFC 2409 9, and design section 4).
 */
#include "engine/session/sa_pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/fit.h"
#include "engine/session/liveness.h"
#include "engine/session/peer.h"
#include "engine/session/report.h"

#define LEAVE_AGAIN SEC /* how long the packet path gets to find memory for an order */

static enum tally_row row(const struct sa_pair *p)
{
	return p->child.udp_encap ? TALLY_IPSEC_NAT : TALLY_IPSEC;
}

static void lifetime_over(struct timer *t)
{
	struct sa_pair *p = container_of(t, struct sa_pair, life);
	struct peer *peer = p->peer;

	sa_pair_over(p, true);
	peer_check(peer);
}

/* All who say that they are the same have the same packet worker (peer.c), and whoever knows the
 * pre-shared key can say what others say: were all idle peers of one worker, their pairs would
 * leave about half of its SPIs. */
static size_t idle_pairs_max(const struct gateway *gw)
{
	size_t share = dp_worker_spis(gw->dp) / (2 * IDLE_PEERS_MAX);

	return share < 1 ? 1 : share < IDLE_PAIRS_MAX ? share : IDLE_PAIRS_MAX;
}

/* All that it takes to begin a quick mode is the pre-shared key: until there is a session, a peer's
 * oldest pairs give way to its new ones, so that there are SPIs for others. */
static void idle_pairs_bound(struct peer *peer)
{
	struct sa_pair *p, *oldest;
	size_t n;

	if (peer->session && peer->session->up)
		return;
	for (;;) {
		n = 0;
		oldest = NULL;
		LIST_FOREACH(p, &peer->pairs, link) {
			n++;
			if (p != peer->use && !p->renewed_now)
				oldest = p;
		}
		if (n < idle_pairs_max(peer->gw) || !oldest)
			return;
		gateway_failure(peer->gw, REASON_SHARE_USED_UP);
		sa_pair_remove(oldest, true);
	}
}

struct sa_pair *sa_pair_reserve(struct peer *peer)
{
	struct gateway *gw = peer->gw;
	const struct interface *i = config_interface_by_addr(gw->config, &peer->path.local.addr);
	struct sa_pair *p = calloc(1, sizeof *p);
	uint32_t spi;

	idle_pairs_bound(peer);
	spi = p ? dp_spi_reserve(gw->dp, peer->id) : 0;
	if (!spi || !table_add(&gw->pairs, spi, p)) {
		if (spi)
			dp_spi_release(gw->dp, spi);
		free(p);
		gw->pairs_failed++;
		return NULL;
	}
	p->gw = gw;
	p->peer = peer;
	p->born = gw->env->now(gw->env);
	p->child.spi_in = spi;
	p->life.fire = lifetime_over;
	p->ids = (struct sa_trace){
	    .session_id = peer->index * 4096,
	    .interface = i ? i->ifindex : 0,
	    .serial = ++gw->last_pair,
	    .mtu = i && i->mtu ? i->mtu : 1500,
	};
	LIST_INSERT_HEAD(&peer->pairs, p, link);
	p->ids.about = peer_ctx(p->peer);
	sa_trace_embryonic(gw->trace, &p->ids, spi);
	return p;
}

bool sa_pair_inbound(struct sa_pair *p, const struct child *c)
{
	struct peer *peer = p->peer;

	p->child = *c;
	p->in_at = p->gw->env->now(p->gw->env);
	p->child.map = intern_text(&p->gw->texts, c->map ? c->map : "");
	child_wipe(&p->child);
	p->installed = p->child.map && dp_sa_inbound(peer->gw->dp, peer->id, &peer->path, c,
	    peer->gw->config->ipsec.window);
	peer->gw->pairs_failed += !p->installed;
	peer_fit(peer);
	return p->installed;
}

/* Pairs that the client replaced and never deleted, or that were given to him: the oldest go when
 * there are too many. */
static void pairs_bound(struct peer *peer)
{
	struct sa_pair *p, *oldest;
	size_t n;

	for (;;) {
		n = 0;
		oldest = NULL;
		LIST_FOREACH(p, &peer->pairs, link)
			if (p->up) {
				n++;
				if (p != peer->use)
					oldest = p;
			}
		if (n <= PEER_PAIRS_MAX || !oldest)
			return;
		gateway_failure(peer->gw, REASON_SHARE_USED_UP);
		sa_pair_remove(oldest, true);
	}
}

/* A line for each direction. */
static void log_pair(const struct sa_pair *p, enum log_id id, const char *what)
{
	const struct peer *peer = p->peer;
	char local[ADDR_TEXT_MAX], remote[ADDR_TEXT_MAX];
	const struct {
		const char *way;
		uint32_t spi;
	} half[] = {{"outbound", p->child.spi_out}, {"inbound", p->child.spi_in}};

	if (!log_wants(&peer->gw->trace->log, id))
		return;
	addr_text(&peer->path.local.addr, local);
	addr_text(&peer->path.remote.addr, remote);
	for (size_t n = 0; n < 2; n++)
		log_sayf(&peer->gw->trace->log, id,
		    "IPSEC: An %s remote access SA (SPI= 0x%08X) between %s and %s (user= %s) has "
		    "been %s.",
		    half[n].way, half[n].spi, local, remote,
		    peer->session ? peer->session->user : "", what);
}

bool sa_pair_same(const struct sa_pair *a, const struct sa_pair *b)
{
	return selector_equal(&a->child.local, &b->child.local) &&
	    selector_equal(&a->child.remote, &b->child.remote);
}

/*
 * Both began at once. The client deals with the one whose last message from us came later: one that
 * we have begun, on which nothing has come yet, gives way to one of his that we answered after our
 * message 3.
 */
static bool overtaken(const struct sa_pair *p)
{
	const struct peer *peer = p->peer;
	struct dp_sa_counters in, out;

	if (!p->ours || !peer->use || peer->use->in_at <= p->in_at || !sa_pair_same(peer->use, p))
		return false;
	sa_pair_counters(p, &in, &out);
	return in.packets == 0;
}

void sa_pair_up(struct sa_pair *p, const struct child *c)
{
	struct peer *peer = p->peer;
	struct gateway *gw = peer->gw;

	bool spare = overtaken(p) || p->doubtful;

	if (!dp_sa_outbound(gw->dp, peer->id, c) ||
	    (!spare && !dp_peer_use(gw->dp, peer->id, c->spi_in))) {
		sa_pair_remove(p, true);
		return;
	}
	gw->pairs_rekeyed += peer->use != NULL;
	p->up = true;
	p->up_at = gw->env->now(gw->env);
	p->number = ++peer->numbers;
	if (!spare)
		peer->use = p;
	peer_fit(peer);
	peer_nat_t(peer, c->udp_encap);
	timer_stop(gw->env, &peer->orphan);
	if (c->seconds) {
		p->expires = p->up_at + c->seconds * SEC;
		timer_start(gw->env, &p->life, c->seconds * SEC);
	}
	tally_add(gw, row(p));
	log_pair(p, LOG_602303, "created");
	pairs_bound(peer);
}

void sa_pair_use(struct sa_pair *p)
{
	struct peer *peer = p->peer;

	if (!dp_peer_use(peer->gw->dp, peer->id, p->child.spi_in))
		return;
	peer->use = p;
	peer_fit(peer);
}

/* One that may be a neighbour's only when there is no other. */
static struct sa_pair *newest_up(const struct peer *peer)
{
	struct sa_pair *p, *doubtful = NULL;

	LIST_FOREACH(p, &peer->pairs, link) {
		if (p->up && !p->doubtful)
			return p;
		if (p->up && !doubtful)
			doubtful = p;
	}
	return doubtful;
}

void sa_pair_forget(struct sa_pair *p)
{
	timer_stop(p->gw->env, &p->life);
	LIST_REMOVE(p, link);
	intern_drop(&p->gw->texts, p->child.map);
	free(p->zero);
	free(p);
}

static void leave_again(struct timer *t)
{
	struct sa_pair *p = container_of(t, struct sa_pair, life);

	if (dp_sa_remove(p->gw->dp, p->child.spi_in))
		sa_pair_forget(p);
	else
		timer_start(p->gw->env, t, LEAVE_AGAIN);
}

/* Nothing of it may pass any more. When the order cannot be given for want of memory, the pair
 * stays until it can: its SPI is in use as long. */
static void leave(struct sa_pair *p)
{
	struct gateway *gw = p->gw;

	p->peer = NULL;
	p->life.fire = leave_again;
	LIST_INSERT_HEAD(&gw->leaving, p, link);
	if (!p->installed)
		dp_spi_release(gw->dp, p->child.spi_in);
	if (!p->installed || dp_sa_remove(gw->dp, p->child.spi_in))
		sa_pair_forget(p);
	else
		timer_start(gw->env, &p->life, LEAVE_AGAIN);
}

/* What carried what leaves is no longer there. */
static void next_in_use(struct peer *peer)
{
	peer->use = newest_up(peer);
	if (peer->use)
		dp_peer_use(peer->gw->dp, peer->id, peer->use->child.spi_in);
	peer_fit(peer);
}

void sa_pair_remove(struct sa_pair *p, bool tell)
{
	struct peer *peer = p->peer;
	struct gateway *gw = peer->gw;
	bool used = peer->use == p;
	struct dp_sa_counters in, out;

	sa_pair_counters(p, &in, &out);
	if (in.last_used > peer->last_heard)
		peer->last_heard = in.last_used;
	timer_stop(gw->env, &p->life);
	timer_stop(gw->env, &p->renew);
	LIST_REMOVE(p, link);
	table_remove(&gw->pairs, p->child.spi_in);
	ike_child_gone(gw->ike, p->child.spi_in);
	if (p->up) {
		tally_remove(gw, row(p));
		if (tell && peer->n_ike)
			ike_child_delete(gw->ike, peer->ike[peer->n_ike - 1].sa, p->child.spi_in);
		log_pair(p, LOG_602304, "deleted");
	}
	p->ids.about = peer_ctx(p->peer);
	sa_trace_deleted(gw->trace, &p->ids, p->child.spi_in, p->up ? p->child.spi_out : 0);
	leave(p);
	if (used)
		next_in_use(peer);
}

bool sa_pair_give(struct sa_pair *p, struct peer *to)
{
	struct peer *from = p->peer;

	if (p->installed && !dp_sa_give(p->gw->dp, p->child.spi_in, to->id, &to->path))
		return false;
	timer_stop(p->gw->env, &p->renew);
	LIST_REMOVE(p, link);
	LIST_INSERT_HEAD(&to->pairs, p, link);
	p->peer = to;
	p->doubtful = false;
	if (from->use == p)
		next_in_use(from);
	if (!p->up)
		return true;
	p->number = ++to->numbers;
	timer_stop(to->gw->env, &to->orphan);
	peer_nat_t(to, p->child.udp_encap);
	sa_pair_use(p);
	pairs_bound(to);
	return true;
}

/* The newest of the pairs that are installed and wait to be confirmed. */
static struct sa_pair *waiting(const struct peer *peer)
{
	struct sa_pair *p;

	LIST_FOREACH(p, &peer->pairs, link)
		if (!p->up && p->installed)
			return p;
	return NULL;
}

void sa_pair_over(struct sa_pair *p, bool tell)
{
	struct gateway *gw = p->gw;
	struct sa_pair *next = p == p->peer->use ? waiting(p->peer) : NULL;
	uint32_t spi = p->child.spi_in;

	if (next)
		ike_child_hurry(gw->ike, next->child.spi_in, !tell);
	p = table_get(&gw->pairs, spi);
	if (!p)
		return;
	p->peer->lapsed = tell;
	sa_pair_remove(p, tell);
}

struct sa_pair *sa_pair_by_out(const struct peer *peer, uint32_t spi_out)
{
	struct sa_pair *p;

	LIST_FOREACH(p, &peer->pairs, link)
		if (p->installed && p->child.spi_out == spi_out)
			return p;
	return NULL;
}

void sa_pair_counters(const struct sa_pair *p, struct dp_sa_counters *in,
    struct dp_sa_counters *out)
{
	if (dp_sa_counters(p->peer->gw->dp, p->child.spi_in, in, out))
		return;
	memset(in, 0, sizeof *in);
	memset(out, 0, sizeof *out);
}

static void carried_add(struct carried *to, const struct dp_sa_counters *c)
{
	to->packets += c->packets;
	to->bytes += c->bytes;
	to->drops += c->errors;
}

void peer_carry(struct peer *peer, const struct dp_totals *t)
{
	carried_add(&peer->in, &t->in);
	carried_add(&peer->out, &t->out);
}

static void subtract(struct dp_sa_counters *c, const struct dp_sa_counters *zero)
{
	c->packets -= zero->packets;
	c->bytes -= zero->bytes;
	c->errors -= zero->errors;
	c->replay_failed -= zero->replay_failed;
	c->auth_failed -= zero->auth_failed;
	c->malformed -= zero->malformed;
	c->policy_failed -= zero->policy_failed;
	c->bad_pad -= zero->bad_pad;
	c->bad_next -= zero->bad_next;
	c->bad_inner -= zero->bad_inner;
	c->rollover -= zero->rollover;
	c->cut -= zero->cut;
	c->pieces -= zero->pieces;
	c->too_big -= zero->too_big;
}

void sa_pair_shown_counters(const struct sa_pair *p, struct dp_sa_counters *in,
    struct dp_sa_counters *out)
{
	sa_pair_counters(p, in, out);
	if (!p->zero)
		return;
	subtract(in, &p->zero->in);
	subtract(out, &p->zero->out);
}

bool sa_pair_clear_counters(struct sa_pair *p)
{
	if (!p->zero)
		p->zero = calloc(1, sizeof *p->zero);
	if (p->zero)
		sa_pair_counters(p, &p->zero->in, &p->zero->out);
	return p->zero != NULL;
}

void peer_carried(const struct peer *peer, struct carried *in, struct carried *out)
{
	const struct sa_pair *p;

	*in = peer->in;
	*out = peer->out;
	LIST_FOREACH(p, &peer->pairs, link) {
		struct dp_sa_counters i, o;

		sa_pair_counters(p, &i, &o);
		carried_add(in, &i);
		carried_add(out, &o);
	}
}

uint32_t sa_pair_kilobytes_left(const struct sa_pair *p)
{
	struct dp_sa_counters in, out;
	uint64_t used;

	sa_pair_counters(p, &in, &out);
	used = (in.bytes > out.bytes ? in.bytes : out.bytes) / 1024;

	return used < p->child.kilobytes ? p->child.kilobytes - (uint32_t)used : 0;
}
