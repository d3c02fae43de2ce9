/*
 * The network server: all tunnels and sessions by the ids that we assigned,
 * and the way of a datagram to its tunnel. A tunnel answers only to the peer
 * that it belongs to.
 */
#include <stdlib.h>

#include "engine/l2tp/internal.h"

enum { IDS = 65536, ID_TRIES = 64, DATA_HEADER = 8, FRAME_MAX = 2048 };

/* Unpredictable while there is choice; when the table is nearly full, whatever is left. */
uint16_t l2tp_new_id(struct l2tp *l, struct tunnel **table)
{
	uint16_t id = 0;

	for (int i = 0; i < ID_TRIES; i++) {
		l->env->random(l->env, &id, sizeof id);
		if (id != 0 && !table[id])
			return id;
	}
	for (unsigned i = 1; i < IDS; i++)
		if (!table[++id] && id != 0)
			return id;
	return 0;
}

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
	l->by_tunnel = calloc(IDS, sizeof(struct tunnel *));
	l->by_session = calloc(IDS, sizeof(struct tunnel *));
	if (!l->by_tunnel || !l->by_session) {
		l2tp_destroy(l);
		return NULL;
	}
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
	free(l->by_tunnel);
	free(l->by_session);
	free(l);
}

/* ---- receiving -------------------------------------------------------- */

static void drop(struct l2tp *l, const struct trace_ctx *ctx, uint64_t *counter, const char *why)
{
	char ip[ADDR_TEXT_MAX];

	++*counter;
	l2tp_log(l, TRACE_EVENT, "L2TP %s: dropped, %s", ctx && ctx->ip ? addr_text(ctx->ip, ip) : "-",
	    why);
}

/* The tunnel of a header, if it is this peer's; else counted, and NULL. */
static struct tunnel *find(struct l2tp *l, const struct peer *peer, const struct trace_ctx *ctx,
    uint16_t id)
{
	struct tunnel *t = l->by_tunnel[id];

	if (t && t->peer == peer && !t->dead)
		return t;
	if (t && t->peer && t->peer != peer)
		drop(l, ctx, &l->stats.foreign_peer, "the tunnel belongs to another peer");
	else
		drop(l, ctx, &l->stats.unknown_tunnel, "unknown tunnel");
	return NULL;
}

/*
 * SCCRQ comes to tunnel 0. The same assigned id from the same peer is a retransmission of the first,
 * unless so much time has passed that the client can only have dialled anew without a farewell.
 */
static void new_tunnel(struct l2tp *l, struct peer *peer, const struct trace_ctx *ctx,
    uint16_t local_port, uint16_t remote_port, const struct l2tp_msg *m)
{
	struct tunnel *t, *safe;
	unsigned n = 0;

	if (m->type != L2TP_SCCRQ || m->tunnel_id == 0) {
		drop(l, ctx, &l->stats.malformed, "a control message to tunnel 0 that is no SCCRQ");
		return;
	}
	LIST_FOREACH_SAFE(t, l2tp_bucket(l, peer), link, safe) {
		if (t->peer != peer || t->dead)
			continue;
		n++;
		if (t->remote != m->tunnel_id || t->remote_port != remote_port || t->state == TUNNEL_CLOSED)
			continue;
		if (l->env->now(l->env) - t->born <
		    (t->state == TUNNEL_ESTABLISHED ? L2TP_REDIAL_TIME : L2TP_REUSE_TIME)) {
			tunnel_receive(t, m);
			return;
		}
		tunnel_over(t, REASON_PEER_RECONNECTED);
	}
	if (n >= L2TP_TUNNELS_PER_PEER) {
		drop(l, ctx, &l->stats.too_many, "too many tunnels of one peer");
		return;
	}
	t = tunnel_create(l, peer, local_port, remote_port, m);
	if (t)
		tunnel_receive(t, m);
}

static void receive_control(struct l2tp *l, struct peer *peer, const struct trace_ctx *ctx,
    uint16_t local_port, uint16_t remote_port, const struct l2tp_header *h, struct rd r)
{
	struct l2tp_msg m = {.header = *h};
	struct tunnel *t;

	if (!l2tp_read_avps(r, &m)) {
		drop(l, ctx, &l->stats.malformed, "malformed control message");
		return;
	}
	if (h->tunnel == 0) {
		new_tunnel(l, peer, ctx, local_port, remote_port, &m);
		return;
	}
	t = find(l, peer, ctx, h->tunnel);
	if (t)
		tunnel_receive(t, &m);
}

static void receive_data(struct l2tp *l, struct peer *peer, const struct trace_ctx *ctx,
    const struct l2tp_header *h, struct rd r)
{
	struct tunnel *t = find(l, peer, ctx, h->tunnel);

	if (!t)
		return;
	if (t->session.state != SESSION_ESTABLISHED || t->session.id != h->session || !t->session.object) {
		drop(l, ctx, &l->stats.unknown_tunnel, "data for a session that is not up");
		return;
	}
	t->heard = l->env->now(l->env);
	l->ops->ppp(l->owner, t->session.object, r.p, rd_left(&r));
}

void l2tp_receive(struct l2tp *l, struct peer *peer, const struct trace_ctx *ctx, uint16_t local_port,
    uint16_t remote_port, const uint8_t *msg, size_t len)
{
	struct rd r = rd_init(msg, len);
	struct l2tp_header h;

	if (!l2tp_read_header(&r, &h))
		drop(l, ctx, &l->stats.malformed, "malformed header");
	else if (h.control)
		receive_control(l, peer, ctx, local_port, remote_port, &h, r);
	else
		receive_data(l, peer, ctx, &h, r);
}

/* ---- what the rest of the engine asks for ------------------------------ */

void l2tp_send_ppp(struct l2tp *l, uint16_t session, const uint8_t *frame, size_t len)
{
	struct tunnel *t = l->by_session[session];
	uint8_t buf[DATA_HEADER + FRAME_MAX];
	struct wr w = wr_init(buf, sizeof buf);

	if (!t || !t->peer || t->session.state != SESSION_ESTABLISHED)
		return;
	wr_u16(&w, 0x4002); /* T 0, L 1, version 2 */
	wr_u16(&w, (unsigned)(DATA_HEADER + len));
	wr_u16(&w, t->remote);
	wr_u16(&w, t->session.remote);
	wr_bytes(&w, frame, len);
	if (!w.full)
		l->ops->send(l->owner, t->peer, t->local_port, t->remote_port, buf, wr_len(&w));
}

void l2tp_session_close(struct l2tp *l, uint16_t session, enum reason why)
{
	struct tunnel *t = l->by_session[session];

	if (!t)
		return;
	session_hang_up(t, CDN_ADMINISTRATIVE, ERROR_NONE, reason_text(why)->device, why);
	tunnel_stop(t, STOP_CLEAR, ERROR_NONE, reason_text(why)->device, why);
}

void l2tp_peer_gone(struct l2tp *l, struct peer *peer, enum reason why)
{
	struct tunnel *t, *safe;

	LIST_FOREACH_SAFE(t, l2tp_bucket(l, peer), link, safe)
		if (t->peer == peer)
			tunnel_abandon(t, why);
}

void l2tp_alive(struct l2tp *l, uint16_t session)
{
	struct tunnel *t = l->by_session[session];

	if (t)
		t->heard = l->env->now(l->env);
}

size_t l2tp_tunnels(const struct l2tp *l)
{
	return l->live;
}

const struct l2tp_stats *l2tp_stats(const struct l2tp *l)
{
	return &l->stats;
}
