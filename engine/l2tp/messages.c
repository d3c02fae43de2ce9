/*
 * What we say: every control message that leaves is built here. A tunnel's go
 * through its channel, which repeats them until they are acknowledged; a ZLB
 * and the answers to those who have no tunnel are said once.
 */
#include "engine/l2tp/messages.h"

#include "engine/l2tp/ids.h"

#define CONTROL_MAX 512 /* the longest control message that we build */
#define ZLB_MAX 16
#define FIRMWARE 0x0100
#define VENDOR "Gatehouse"

void tunnel_transmit(struct channel *c, const uint8_t *msg, size_t len)
{
	struct tunnel *t = container_of(c, struct tunnel, channel);

	if (t->peer)
		t->l2tp->ops->send(
		    t->l2tp->owner, t->peer, t->local_port, t->remote_port, msg, len);
}

static void trace_sent(struct tunnel *t, const uint8_t *msg, size_t len)
{
	struct rd r = rd_init(msg, len);
	struct l2tp_msg m = {0};

	if (!trace_on(t->l2tp->trace, TRACE_L2TP_PACKET, TRACE_DEBUG))
		return;
	l2tp_read_header(&r, &m.header);
	l2tp_read_avps(r, &m);
	l2tp_log_class(t->l2tp, t->peer, TRACE_L2TP_PACKET, TRACE_DEBUG,
	    "L2TP tunnel %u: sent %s to tunnel %u session %u, Ns %u Nr %u", t->id,
	    l2tp_message_name(m.type), m.header.tunnel, m.header.session, t->channel.ns,
	    t->channel.nr);
}

static void put(struct tunnel *t, struct wr *w)
{
	if (!l2tp_end(w))
		return;
	trace_sent(t, w->base, wr_len(w));
	channel_send(&t->channel, w->base, wr_len(w));
}

void tunnel_send_zlb(struct tunnel *t)
{
	uint8_t buf[ZLB_MAX];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, t->remote, 0, L2TP_ZLB);
	l2tp_end(&w);
	l2tp_stamp(buf, wr_len(&w), t->channel.ns, t->channel.nr);
	tunnel_transmit(&t->channel, buf, wr_len(&w));
}

void tunnel_send_sccrp(struct tunnel *t)
{
	uint8_t buf[CONTROL_MAX];
	struct wr w = wr_init(buf, sizeof buf);
	const char *host = t->l2tp->config->system.hostname;

	l2tp_begin(&w, t->remote, 0, L2TP_SCCRP);
	l2tp_put_u16(&w, AVP_PROTOCOL_VERSION, L2TP_PROTOCOL_VERSION);
	l2tp_put_u32(&w, AVP_FRAMING_CAPABILITIES, 3); /* asynchronous and synchronous */
	l2tp_put_u32(&w, AVP_BEARER_CAPABILITIES, 0);
	l2tp_put_u16(&w, AVP_FIRMWARE_REVISION, FIRMWARE);
	l2tp_put_text(&w, AVP_HOST_NAME, host && *host ? host : "gatehouse");
	l2tp_put_text(&w, AVP_VENDOR_NAME, VENDOR);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, t->id);
	l2tp_put_u16(&w, AVP_RECEIVE_WINDOW_SIZE, L2TP_WINDOW);
	put(t, &w);
}

void tunnel_send_stopccn(struct tunnel *t, uint16_t result, uint16_t error, const char *text)
{
	uint8_t buf[CONTROL_MAX];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, t->remote, 0, L2TP_STOPCCN);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, t->id);
	l2tp_put_result(&w, result, error, text);
	put(t, &w);
}

void tunnel_send_hello(struct tunnel *t)
{
	uint8_t buf[32];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, t->remote, 0, L2TP_HELLO);
	put(t, &w);
}

void tunnel_send_icrp(struct tunnel *t)
{
	uint8_t buf[CONTROL_MAX];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, t->remote, t->session.remote, L2TP_ICRP);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, t->session.id);
	put(t, &w);
}

void tunnel_send_cdn(struct tunnel *t, uint16_t remote, uint16_t id, uint16_t result,
    uint16_t error, const char *text)
{
	uint8_t buf[CONTROL_MAX];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, t->remote, remote, L2TP_CDN);
	l2tp_put_result(&w, result, error, text);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, id);
	put(t, &w);
}

/* ---- answers for which nothing is kept: a repetition gets the same again ------------- */

static void answer(struct l2tp *l, const struct l2tp_origin *to, const struct l2tp_msg *m,
    struct wr *w)
{
	if (!l2tp_end(w))
		return;
	l2tp_stamp(w->base, wr_len(w), 0, (uint16_t)(m->header.ns + 1));
	l->ops->send(l->owner, to->peer, to->local_port, to->remote_port, w->base, wr_len(w));
}

void l2tp_answer_stopccn(struct l2tp *l, const struct l2tp_origin *to, const struct l2tp_msg *m,
    uint16_t error, const char *text)
{
	uint8_t buf[CONTROL_MAX];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, m->tunnel_id, 0, L2TP_STOPCCN);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, l2tp_new_id(l->env, &l->by_tunnel));
	l2tp_put_result(&w, STOP_ERROR, error, text);
	answer(l, to, m, &w);
}

void l2tp_answer_zlb(struct l2tp *l, const struct l2tp_origin *to, const struct l2tp_msg *m)
{
	uint8_t buf[ZLB_MAX];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, m->tunnel_id, 0, L2TP_ZLB);
	answer(l, to, m, &w);
}
