/*
 * The network server: all tunnels and sessions by the ids that we assigned,
 * and the way of a datagram to its tunnel. A tunnel answers only to the peer
 * that it belongs to.
 */
#include <stdlib.h>

#include "engine/l2tp/ids.h"
#include "engine/l2tp/messages.h"
#include "engine/l2tp/session.h"
#include "engine/l2tp/tunnel.h"

#define TUNNELS_PER_PEER 8     /* with those that linger */
#define REUSE_TIME (40 * SEC)  /* when a repeated SCCRQ can only be a new dial */
#define REDIAL_TIME (10 * SEC) /* the same once SCCCN came: only what was late on the way repeats */

#ifndef LIST_FOREACH_SAFE /* the system's queue.h lacks it */
#define LIST_FOREACH_SAFE(var, head, field, next) \
	for ((var) = LIST_FIRST(head); (var) && ((next) = LIST_NEXT(var, field), 1); (var) = (next))
#endif

struct l2tp *l2tp_create(struct env *env, const struct config *config, struct trace *trace,
    const struct l2tp_ops *ops, void *owner)
{
	struct l2tp *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	l->env = env;
	l->config = config;
	l->trace = trace;
	l->ops = ops;
	l->owner = owner;
	return l;
}

void l2tp_destroy(struct l2tp *l)
{
	struct tunnel *t;

	if (!l)
		return;
	for (size_t i = 0; i < L2TP_BUCKETS; i++)
		while ((t = LIST_FIRST(&l->buckets[i])))
			tunnel_free(t);
	table_fini(&l->by_tunnel);
	table_fini(&l->by_session);
	free(l);
}

/* ---- receiving -------------------------------------------------------- */

static void drop(struct l2tp *l, const struct l2tp_origin *from, uint64_t *counter, const char *why)
{
	char ip[ADDR_TEXT_MAX];

	++*counter;
	l2tp_log(l, from->peer, TRACE_EVENT, "L2TP %s: dropped, %s",
	    from->ctx && from->ctx->ip ? addr_text(from->ctx->ip, ip) : "-", why);
}

static bool is_foreign(const struct l2tp *l, const struct l2tp_origin *from, uint16_t id)
{
	const struct tunnel *t = table_get(&l->by_tunnel, id);

	return t && t->peer && t->peer != from->peer;
}

/* The tunnel of a header, if it is this peer's; else counted, and NULL. */
static struct tunnel *find(struct l2tp *l, const struct l2tp_origin *from, uint16_t id)
{
	struct tunnel *t = table_get(&l->by_tunnel, id);

	if (t && t->peer == from->peer && !t->dead)
		return t;
	if (is_foreign(l, from, id))
		drop(l, from, &l->stats.foreign_peer, "the tunnel belongs to another peer");
	else
		drop(l, from, &l->stats.unknown_tunnel, "unknown tunnel");
	return NULL;
}

/* The live tunnel for which this peer assigned that id. */
static struct tunnel *find_remote(struct l2tp *l, const struct l2tp_origin *from, uint16_t remote)
{
	struct tunnel *t;

	LIST_FOREACH(t, l2tp_bucket(l, from->peer), link)
	if (t->peer == from->peer && !t->dead && t->state != TUNNEL_CLOSED && t->remote == remote &&
	    t->remote_port == from->remote_port)
		return t;
	return NULL;
}

/* SCCRQ for which there is no place. */
static void refuse(struct l2tp *l, const struct l2tp_origin *from, const struct l2tp_msg *m,
    const char *why)
{
	drop(l, from, &l->stats.too_many, why);
	l2tp_answer_stopccn(l, from, m, ERROR_RESOURCES, why);
}

/* StopCCN of a tunnel that we do not know (any more): it would come again and again. */
static void acknowledge(struct l2tp *l, const struct l2tp_origin *from, const struct l2tp_msg *m)
{
	if (m->type == L2TP_STOPCCN && m->tunnel_id != 0)
		l2tp_answer_zlb(l, from, m);
}

/* The same assigned id is a repetition of the first SCCRQ, unless the client can only have dialled
 * anew without a farewell: so much time has passed, or it made a newer SA for it. An SCCRP that was
 * not acknowledged answers both. */
static bool repeats(const struct l2tp *l, const struct l2tp_origin *from, const struct tunnel *t)
{
	uint64_t age = l->env->now(l->env) - t->born;
	bool unanswered = t->state == TUNNEL_WAIT_CTL_CONN && !channel_idle(&t->channel);

	return (unanswered || from->sa <= t->sa) &&
	    age < (t->state == TUNNEL_ESTABLISHED ? REDIAL_TIME : REUSE_TIME);
}

/* What we still repeat to a tunnel that is over would reach the new one of the same id: the client
 * has begun anew, and nothing is to be told to the old one any more. */
static void fall_silent(struct l2tp *l, const struct l2tp_origin *from, uint16_t remote)
{
	struct tunnel *t, *safe;

	LIST_FOREACH_SAFE(t, l2tp_bucket(l, from->peer), link, safe)
	if (t->peer == from->peer && !t->dead && t->state == TUNNEL_CLOSED && t->remote == remote &&
	    t->remote_port == from->remote_port)
		tunnel_abandon(t, REASON_PEER_RECONNECTED);
}

static void new_tunnel(struct l2tp *l, const struct l2tp_origin *from, const struct l2tp_msg *m)
{
	struct tunnel *t = find_remote(l, from, m->tunnel_id);
	unsigned n = 0;

	if (t && repeats(l, from, t)) {
		if (from->sa > t->sa) /* it may have died on the old one, and the answer with it */
			channel_resend(&t->channel);
		t->sa = from->sa > t->sa ? from->sa : t->sa;
		tunnel_receive(t, m);
		return;
	}
	if (t)
		tunnel_over(t, REASON_PEER_RECONNECTED);
	fall_silent(l, from, m->tunnel_id);
	LIST_FOREACH(t, l2tp_bucket(l, from->peer), link)
		n += t->peer == from->peer && !t->dead;
	if (n >= TUNNELS_PER_PEER) {
		refuse(l, from, m, "too many tunnels of one peer");
		return;
	}
	t = tunnel_create(l, from, m);
	if (t)
		tunnel_receive(t, m);
	else
		refuse(l, from, m, "no room for another tunnel");
}

/* Tunnel 0: who sends it has no id of ours yet, but may have given us one (RFC 2661 4.4.3). */
static void receive_zero(struct l2tp *l, const struct l2tp_origin *from, const struct l2tp_msg *m)
{
	struct tunnel *t = find_remote(l, from, m->tunnel_id);

	if (m->type == L2TP_SCCRQ && m->tunnel_id != 0) {
		new_tunnel(l, from, m);
	} else if (m->type == L2TP_STOPCCN && t) {
		tunnel_stopped(t, m);
	} else {
		drop(l, from, &l->stats.malformed,
		    "a control message to tunnel 0 that belongs to none");
		acknowledge(l, from, m);
	}
}

static void receive_control(struct l2tp *l, const struct l2tp_origin *from,
    const struct l2tp_header *h, struct rd r)
{
	struct l2tp_msg m = {.header = *h};
	struct tunnel *t;

	if (!l2tp_read_avps(r, &m)) {
		drop(l, from, &l->stats.malformed, "malformed control message");
		return;
	}
	if (h->tunnel == 0) {
		receive_zero(l, from, &m);
		return;
	}
	t = find(l, from, h->tunnel);
	if (t)
		tunnel_receive(t, &m);
	else if (!table_get(&l->by_tunnel, h->tunnel))
		acknowledge(l, from, &m);
}

static void receive_data(struct l2tp *l, const struct l2tp_origin *from,
    const struct l2tp_header *h, struct rd r)
{
	struct tunnel *t = find(l, from, h->tunnel);

	if (!t)
		return;
	if (t->session.state != SESSION_ESTABLISHED || t->session.id != h->session ||
	    !t->session.object) {
		drop(l, from, &l->stats.unknown_tunnel, "data for a session that is not up");
		return;
	}
	l->ops->ppp(l->owner, t->session.object, r.p, rd_left(&r));
}

bool l2tp_receive(struct l2tp *l, const struct l2tp_origin *from, const uint8_t *msg, size_t len)
{
	struct rd r = rd_init(msg, len);
	struct l2tp_header h;
	bool foreign;

	if (!l2tp_read_header(&r, &h)) {
		drop(l, from, &l->stats.malformed, "malformed header");
		return true;
	}
	foreign = is_foreign(l, from, h.tunnel);
	if (h.control)
		receive_control(l, from, &h, r);
	else
		receive_data(l, from, &h, r);
	return !foreign;
}

/* ---- what the rest of the engine asks for ------------------------------ */

bool l2tp_dials(const uint8_t *msg, size_t len)
{
	struct rd r = rd_init(msg, len);
	struct l2tp_msg m = {0};

	return l2tp_read_header(&r, &m.header) && m.header.control && m.header.tunnel == 0 &&
	    l2tp_read_avps(r, &m) && m.type == L2TP_SCCRQ;
}

void l2tp_session_close(struct l2tp *l, uint16_t session, enum reason why)
{
	struct tunnel *t = table_get(&l->by_session, session);

	if (!t)
		return;
	session_hang_up(t, CDN_ADMINISTRATIVE, ERROR_NONE, reason_text(why)->device, why);
	tunnel_stop(t, STOP_CLEAR, ERROR_NONE, reason_text(why)->device, why);
}

void *l2tp_session_at(const struct l2tp *l, uint16_t tunnel, uint16_t session)
{
	const struct tunnel *t = table_get(&l->by_tunnel, tunnel);

	return t && !t->dead && t->session.state == SESSION_ESTABLISHED &&
	        t->session.id == session ?
	    t->session.object :
	    NULL;
}

void l2tp_forget(struct l2tp *l, struct peer *peer, uint64_t since, enum reason why)
{
	struct tunnel *t, *safe;

	LIST_FOREACH_SAFE(t, l2tp_bucket(l, peer), link, safe)
		if (t->peer == peer && t->born < since)
			tunnel_abandon(t, why);
}

void l2tp_peer_gone(struct l2tp *l, struct peer *peer, enum reason why)
{
	l2tp_forget(l, peer, UINT64_MAX, why);
}

bool l2tp_hello(struct l2tp *l, uint16_t session)
{
	struct tunnel *t = table_get(&l->by_session, session);

	if (!t || t->state != TUNNEL_ESTABLISHED)
		return false;
	if (channel_idle(&t->channel))
		tunnel_send_hello(t);
	else if (!channel_repeats(&t->channel))
		channel_anew(&t->channel);
	return true;
}

size_t l2tp_tunnels(const struct l2tp *l)
{
	return l->live;
}

const struct l2tp_stats *l2tp_stats(const struct l2tp *l)
{
	return &l->stats;
}
