/*
 * The client of lac.h. It shares the codecs, the reliable channel and the
 * negotiation automaton with the server and brings its own option tables; the
 * captures in the unit tests hold both to the wire.
 */
#include "tests/support/lac_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void lac_ended(struct lac *c)
{
	enum lac_stage at = c->stage;

	timer_stop(c->env, &c->start_ppp);
	timer_stop(c->env, &c->pap);
	fsm_halt(&c->lcp, FSM_INITIAL);
	fsm_halt(&c->ipcp, FSM_INITIAL);
	c->lcp.state = FSM_CLOSED;
	c->ipcp.state = FSM_INITIAL;
	c->stage = LAC_DOWN;
	if (!c->told && c->ops->down) {
		c->told = true;
		c->ops->down(c->owner, at);
	}
}

/* Those of the kinds, where a row of personality.c does not say others. */
static const struct lac_manners kinds[] = {
	[LAC_WINDOWS] = {
		.sccrq = {2, 3, 4, 6, 7, 8, 9, 10},
		.host = "DESKTOP-TESTING",
		.vendor = "Microsoft",
		.firmware = 0x0602,
		.window = 8,
		.framing = 1,
		.serial = true,
		.bearer = true,
		.speed = true,
		.framing_type = true,
		.mru = 1400,
		.compression = true,
		.callback = true,
		.identifies = true,
		.mppe = true,
		.wins = true,
		.dns2 = true,
	},
	[LAC_PPPD] = {
		.sccrq = {2, 3, 4, 6, 7, 8, 9, 10},
		.host = "laptop",
		.vendor = "xelerance.com",
		.firmware = 0x0690,
		.window = 4,
		.framing = 3,
		.serial = true,
		.bearer = true,
		.speed = true,
		.framing_type = true,
		.mru = 1400,
		.accm = true,
		.dns2 = true,
	},
};

/* ---- PPP: framing ------------------------------------------------------ */

void lac_data(struct lac *c, uint16_t protocol, bool compressed, const void *info, size_t len)
{
	uint8_t buf[2048];
	struct wr w = wr_init(buf, sizeof buf);
	/* with the length bit; pppd's kernel without */
	bool windows = c->config.kind == LAC_WINDOWS;

	if (c->vanished)
		return;
	wr_u16(&w, (windows ? 0x4002u : 0x0002u) | (c->config.sequencing ? 0x0800u : 0));
	if (windows)
		wr_u16(&w, 0);
	wr_u16(&w, c->server_tunnel);
	wr_u16(&w, c->server_session);
	if (c->config.sequencing) {
		wr_u16(&w, c->ns++);
		wr_u16(&w, 0x5a5a); /* means nothing */
	}
	if (!compressed)
		wr_u16(&w, 0xff03);
	if (compressed && protocol < 0x100)
		wr_u8(&w, protocol);
	else
		wr_u16(&w, protocol);
	wr_bytes(&w, info, len);
	if (windows)
		wr_patch16(&w, 2, wr_len(&w));
	if (!w.full)
		c->ops->send(c->owner, buf, wr_len(&w));
}

void lac_send_ppp(struct lac *c, uint16_t protocol, uint8_t code, uint8_t id, const void *info,
    size_t len)
{
	uint8_t buf[1600];
	struct wr w = wr_init(buf, sizeof buf);

	wr_u8(&w, code);
	wr_u8(&w, id);
	wr_u16(&w, (unsigned)len + 4);
	wr_bytes(&w, info, len);
	if (!w.full)
		lac_data(c, protocol, false, buf, wr_len(&w));
}

static void frame(struct lac *c, struct rd r)
{
	struct rd look = r;
	uint16_t protocol;

	if (rd_u16(&look) == 0xff03)
		r = look;
	protocol = rd_u8(&r);
	if (!(protocol & 1))
		protocol = (uint16_t)(protocol << 8 | rd_u8(&r));
	if (r.bad)
		return;
	if (protocol == PROTO_IP && c->ops->ip)
		c->ops->ip(c->owner, r.p, rd_left(&r));
	else if (protocol == PROTO_LCP) {
		const uint8_t *head = r.p;

		if (rd_left(&r) > 4 && head[0] == CONF_REJECT) {
			c->seen.rejected_len = rd_left(&r) - 4;
			if (c->seen.rejected_len > sizeof c->seen.rejected)
				c->seen.rejected_len = sizeof c->seen.rejected;
			memcpy(c->seen.rejected, head + 4, c->seen.rejected_len);
		}
		if (rd_left(&r) >= 4 && head[0] == TERM_ACK)
			c->seen.terminate_acks++;
		fsm_receive(&c->lcp, r);
	} else if (protocol == PROTO_CHAP || protocol == PROTO_PAP ||
	    protocol == PROTO_EAP) {
		lac_auth_receive(c, protocol, r);
	} else if (protocol == PROTO_IPCP) {
		fsm_receive(&c->ipcp, r);
	}
}

static void start_ppp(struct timer *t)
{
	struct lac *c = container_of(t, struct lac, start_ppp);

	fsm_event(&c->lcp, FSM_OPEN);
	fsm_event(&c->lcp, FSM_UP);
}

/* ---- the interface ----------------------------------------------------- */

struct lac *lac_create(struct env *env, const struct crypto *crypto,
    const struct lac_config *config, const struct lac_ops *ops, void *owner)
{
	struct lac *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->env = env;
	c->crypto = crypto;
	c->config = *config;
	c->m = config->manners ? *config->manners : kinds[config->kind];
	if (config->host)
		c->m.host = config->host;
	if (config->bare)
		c->m.serial = c->m.bearer = c->m.speed = c->m.framing_type = false;
	c->ops = ops;
	c->owner = owner;
	snprintf(c->user, sizeof c->user, "%s", config->user);
	snprintf(c->password, sizeof c->password, "%s", config->password);
	c->tunnel = config->tunnel_id ? config->tunnel_id : 1;
	c->session = 1;
	c->ask_callback = c->m.callback;
	c->ask_comp = c->m.compression;
	c->mru = c->m.mru;
	env->random(env, &c->magic, sizeof c->magic);
	channel_init(&c->channel, env, 4);
	c->channel.transmit = lac_transmit;
	c->channel.failed = lac_channel_lost;
	fsm_init(&c->lcp, &lac_lcp_ops, env);
	fsm_init(&c->ipcp, &lac_ipcp_ops, env);
	c->start_ppp.fire = start_ppp;
	c->pap.fire = lac_pap_request;
	return c;
}

void lac_destroy(struct lac *c)
{
	if (!c)
		return;
	timer_stop(c->env, &c->start_ppp);
	timer_stop(c->env, &c->pap);
	fsm_halt(&c->lcp, FSM_INITIAL);
	fsm_halt(&c->ipcp, FSM_INITIAL);
	channel_fini(&c->channel);
	free(c);
}

void lac_start(struct lac *c)
{
	c->stage = LAC_TUNNEL;
	lac_send_sccrq(c);
}

void lac_receive(struct lac *c, const uint8_t *msg, size_t len)
{
	struct rd r = rd_init(msg, len);
	struct l2tp_msg m;
	enum arrival kind;

	if (c->vanished || !l2tp_read_header(&r, &m.header) || m.header.tunnel != c->tunnel)
		return;
	if (!m.header.control) {
		c->seen.data++;
		c->seen.numbered += m.header.sequence;
		c->seen.misnumbered += m.header.sequence && m.header.ns != c->expect++;
		if (m.header.session == c->session && c->stage >= LAC_LCP && c->stage != LAC_DOWN &&
		    /* no pppd yet */
		    (c->config.kind == LAC_WINDOWS || c->lcp.state != FSM_INITIAL))
			frame(c, r);
		else if (c->stage == LAC_DOWN)
			frame(c, r);
		return;
	}
	if (!l2tp_read_avps(r, &m))
		return;
	kind = channel_receive(&c->channel, m.header.ns, m.header.nr, m.type == L2TP_ZLB);
	if (kind == ARRIVAL_NEW)
		lac_step(c, &m);
	if (channel_take_ack(&c->channel))
		lac_zlb(c);
}

bool lac_send_ip(struct lac *c, const uint8_t *packet, size_t len)
{
	if (c->stage != LAC_UP)
		return false;
	lac_force_ip(c, packet, len);
	return true;
}

void lac_force_ip(struct lac *c, const uint8_t *packet, size_t len)
{
	lac_data(c, PROTO_IP, c->config.kind == LAC_WINDOWS, packet, len);
}

void lac_like(struct lac *c, const struct lac_like *like)
{
	if (like->user)
		snprintf(c->user, sizeof c->user, "%s", like->user);
	if (like->password)
		snprintf(c->password, sizeof c->password, "%s", like->password);
	if (like->mru)
		c->mru = like->mru;
	c->plain = like->plain;
	c->agreeable = like->agreeable;
}

void lac_wish(struct lac *c, struct addr wish)
{
	c->wish = wish;
}

void lac_hangup(struct lac *c)
{
	uint8_t why[12];
	struct wr w = wr_init(why, sizeof why);

	wr_u32(&w, c->magic);
	wr_u32(&w, 0x003ccd74);
	wr_u32(&w, 0);
	if (c->config.kind == LAC_WINDOWS) {
		lac_send_ppp(c, PROTO_LCP, TERM_REQUEST, ++c->other_id, why, sizeof why);
		lac_send_cdn(c);
		lac_send_stopccn(c);
	} else {
		lac_send_stopccn(c);
		lac_send_ppp(c, PROTO_LCP, TERM_REQUEST, ++c->other_id, "User request", 12);
	}
	lac_ended(c);
}

bool lac_acknowledged(const struct lac *c)
{
	return channel_idle(&c->channel);
}

void lac_renegotiate(struct lac *c)
{
	fsm_event(&c->lcp, FSM_DOWN);
	c->response_len = 0;
	c->ask_callback = c->m.callback && !c->agreeable;
	c->ask_comp = c->m.compression && !c->plain;
	fsm_event(&c->lcp, FSM_UP);
}

void lac_renegotiate_ipcp(struct lac *c)
{
	fsm_event(&c->ipcp, FSM_DOWN);
	c->ip.client = c->wish;
	fsm_event(&c->ipcp, FSM_UP);
}

void lac_vanish(struct lac *c)
{
	c->vanished = true;
}

enum lac_stage lac_stage(const struct lac *c)
{
	return c->stage;
}

enum ppp_auth lac_method(const struct lac *c)
{
	return c->method;
}

const char *lac_answer(const struct lac *c)
{
	return c->answer;
}

size_t lac_eap_unknown(const struct lac *c)
{
	return c->eap_unknown;
}

uint16_t lac_server_tunnel(const struct lac *c)
{
	return c->server_tunnel;
}

uint16_t lac_server_session(const struct lac *c)
{
	return c->server_session;
}

const struct lac_seen *lac_seen(const struct lac *c)
{
	return &c->seen;
}
