/* The client's L2TP: what it says, and its way through the calls (RFC 2661 7.2, 7.4). */
#include "tests/support/lac_inside.h"

#include <stdlib.h>

void lac_transmit(struct channel *ch, const uint8_t *msg, size_t len)
{
	struct lac *c = container_of(ch, struct lac, channel);

	if (!c->vanished)
		c->ops->send(c->owner, msg, len);
}

void lac_channel_lost(struct channel *ch)
{
	channel_fini(ch);
	lac_ended(container_of(ch, struct lac, channel));
}

static void control(struct lac *c, struct wr *w)
{
	if (l2tp_end(w))
		channel_send(&c->channel, w->base, wr_len(w));
}

void lac_zlb(struct lac *c)
{
	uint8_t buf[16];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, c->server_tunnel, 0, L2TP_ZLB);
	l2tp_end(&w);
	l2tp_stamp(buf, wr_len(&w), c->channel.ns, c->channel.nr);
	lac_transmit(&c->channel, buf, wr_len(&w));
}

static void sccrq_attribute(const struct lac *c, struct wr *w, enum l2tp_avp avp)
{
	switch (avp) {
	case AVP_PROTOCOL_VERSION: l2tp_put_u16(w, avp, 0x0100); break;
	case AVP_FRAMING_CAPABILITIES: l2tp_put_u32(w, avp, c->m.framing); break;
	case AVP_BEARER_CAPABILITIES: l2tp_put_u32(w, avp, 0); break;
	case AVP_FIRMWARE_REVISION: l2tp_put_u16(w, avp, c->m.firmware); break;
	case AVP_HOST_NAME: l2tp_put_text(w, avp, c->m.host); break;
	case AVP_VENDOR_NAME: l2tp_put_text(w, avp, c->m.vendor); break;
	case AVP_ASSIGNED_TUNNEL_ID: l2tp_put_u16(w, avp, c->tunnel); break;
	case AVP_RECEIVE_WINDOW_SIZE: l2tp_put_u16(w, avp, c->m.window); break;
	case AVP_CHALLENGE: l2tp_put_text(w, avp, "challenge"); break;
	default: abort(); /* a personality that cannot be */
	}
}

void lac_send_sccrq(struct lac *c)
{
	uint8_t buf[256];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, 0, 0, L2TP_SCCRQ);
	for (const uint8_t *avp = c->m.sccrq; *avp; avp++)
		sccrq_attribute(c, &w, *avp);
	control(c, &w);
}

/* SCCCN, and ICRQ right behind it, as clients do. */
static void send_scccn_icrq(struct lac *c)
{
	static const uint8_t correlation[] = {0x00, 0x16, 0x01, 0x37, 0x00, 0x01, 1, 2, 3, 4, 5, 6,
	    7, 8, 9, 10, 11, 12, 13, 14, 15, 16}; /* Microsoft's, M=0 */
	uint8_t buf[128];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, c->server_tunnel, 0, L2TP_SCCCN);
	control(c, &w);
	w = wr_init(buf, sizeof buf);
	l2tp_begin(&w, c->server_tunnel, 0, L2TP_ICRQ);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, c->session);
	if (c->m.serial)
		l2tp_put_u32(&w, AVP_CALL_SERIAL_NUMBER, 0);
	if (c->m.bearer)
		l2tp_put_u32(&w, AVP_BEARER_TYPE, 2);
	if (c->config.kind == LAC_WINDOWS)
		wr_bytes(&w, correlation, sizeof correlation);
	control(c, &w);
}

static void send_iccn(struct lac *c)
{
	uint8_t buf[128];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, c->server_tunnel, c->server_session, L2TP_ICCN);
	if (c->m.speed)
		l2tp_put_u32(&w, AVP_TX_CONNECT_SPEED, 100000000);
	if (c->m.framing_type)
		l2tp_put_u32(&w, AVP_FRAMING_TYPE, 1);
	if (c->config.sequencing)
		l2tp_put_flag(&w, AVP_SEQUENCING_REQUIRED);
	if (c->config.kind == LAC_WINDOWS) { /* Proxy Authen Type 4: none */
		wr_u16(&w, 8);
		wr_u16(&w, 0);
		wr_u16(&w, 29);
		wr_u16(&w, 4);
	}
	control(c, &w);
}

void lac_send_cdn(struct lac *c)
{
	uint8_t buf[64];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, c->server_tunnel, c->server_session, L2TP_CDN);
	l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "");
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, c->session);
	control(c, &w);
}

void lac_send_stopccn(struct lac *c)
{
	uint8_t buf[64];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, c->server_tunnel, 0, L2TP_STOPCCN);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, c->tunnel);
	l2tp_put_result(&w, STOP_SHUTDOWN, 0, "");
	control(c, &w);
}

void lac_step(struct lac *c, const struct l2tp_msg *m)
{
	if (m->type == L2TP_SCCRP && c->stage == LAC_TUNNEL) {
		c->server_tunnel = m->tunnel_id;
		c->seen.sccrp = m->have;
		c->seen.version = m->version;
		c->stage = LAC_SESSION;
		send_scccn_icrq(c);
	} else if (m->type == L2TP_ICRP && c->stage == LAC_SESSION) {
		c->server_session = m->session_id;
		c->seen.icrp = m->have;
		c->stage = LAC_LCP;
		send_iccn(c);
		/* The data path of real clients opens a little later. */
		timer_start(
		    c->env, &c->start_ppp, c->config.kind == LAC_PPPD ? 200 * MSEC : 10 * MSEC);
	} else if (m->type == L2TP_HELLO) {
		c->seen.hellos++;
	} else if (m->type == L2TP_CDN) {
		c->seen.cdn++;
		lac_ended(c);
	} else if (m->type == L2TP_STOPCCN) {
		c->seen.stopccn++;
		lac_ended(c);
	}
}
