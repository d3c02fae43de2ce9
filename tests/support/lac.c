/*
 * The client of lac.h. It shares the codecs, the reliable channel and the
 * negotiation automaton with the server and brings its own option tables; the
 * captures in the unit tests hold both to the wire.
 */
#include "tests/support/lac.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/l2tp/avp.h"
#include "engine/l2tp/channel.h"
#include "engine/ppp/decode.h"
#include "engine/ppp/frame.h"
#include "engine/ppp/fsm.h"
#include "engine/ppp/method.h"

struct lac {
	struct env *env;
	const struct crypto *crypto;
	struct lac_config config;
	const struct lac_ops *ops;
	void *owner;
	char user[128], password[128];

	enum lac_stage stage;
	bool vanished, told;
	struct channel channel;
	uint16_t tunnel, session, ns, expect; /* ours; of data messages, where numbered */
	uint16_t mru;
	struct addr wish;
	uint16_t server_tunnel, server_session;
	struct lac_seen seen;

	struct fsm lcp, ipcp;
	struct timer start_ppp, pap;
	uint32_t magic;
	bool ask_callback, ask_comp, naked_eap, plain, agreeable;
	enum ppp_auth method;
	uint8_t auth_id, response[64], challenge[64];
	size_t response_len;
	char answer[256];

	struct ppp_ip ip;
	bool ask[5];
	uint8_t other_id;
};

static void ended(struct lac *c)
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

/* ---- L2TP -------------------------------------------------------------- */

static void transmit(struct channel *ch, const uint8_t *msg, size_t len)
{
	struct lac *c = container_of(ch, struct lac, channel);

	if (!c->vanished)
		c->ops->send(c->owner, msg, len);
}

static void channel_lost(struct channel *ch)
{
	channel_fini(ch);
	ended(container_of(ch, struct lac, channel));
}

static void control(struct lac *c, struct wr *w)
{
	if (l2tp_end(w))
		channel_send(&c->channel, w->base, wr_len(w));
}

static void zlb(struct lac *c)
{
	uint8_t buf[16];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, c->server_tunnel, 0, L2TP_ZLB);
	l2tp_end(&w);
	l2tp_stamp(buf, wr_len(&w), c->channel.ns, c->channel.nr);
	transmit(&c->channel, buf, wr_len(&w));
}

static void send_sccrq(struct lac *c)
{
	uint8_t buf[256];
	struct wr w = wr_init(buf, sizeof buf);
	bool windows = c->config.kind == LAC_WINDOWS;

	l2tp_begin(&w, 0, 0, L2TP_SCCRQ);
	l2tp_put_u16(&w, AVP_PROTOCOL_VERSION, 0x0100);
	l2tp_put_u32(&w, AVP_FRAMING_CAPABILITIES, windows ? 1 : 3);
	l2tp_put_u32(&w, AVP_BEARER_CAPABILITIES, 0);
	l2tp_put_u16(&w, AVP_FIRMWARE_REVISION, windows ? 0x0602 : 0x0690);
	l2tp_put_text(&w, AVP_HOST_NAME, windows ? "DESKTOP-TESTING" : "laptop");
	l2tp_put_text(&w, AVP_VENDOR_NAME, windows ? "Microsoft" : "xelerance.com");
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, c->tunnel);
	l2tp_put_u16(&w, AVP_RECEIVE_WINDOW_SIZE, windows ? 8 : 4);
	control(c, &w);
}

/* SCCCN, and ICRQ right behind it, as clients do. */
static void send_scccn_icrq(struct lac *c)
{
	static const uint8_t correlation[] = {0x00, 0x16, 0x01, 0x37, 0x00, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 9,
	    10, 11, 12, 13, 14, 15, 16}; /* Microsoft's, M=0 */
	uint8_t buf[128];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, c->server_tunnel, 0, L2TP_SCCCN);
	control(c, &w);
	w = wr_init(buf, sizeof buf);
	l2tp_begin(&w, c->server_tunnel, 0, L2TP_ICRQ);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, c->session);
	if (!c->config.bare) {
		l2tp_put_u32(&w, AVP_CALL_SERIAL_NUMBER, 0);
		l2tp_put_u32(&w, AVP_BEARER_TYPE, 2);
	}
	if (c->config.kind == LAC_WINDOWS)
		wr_bytes(&w, correlation, sizeof correlation);
	control(c, &w);
}

static void send_iccn(struct lac *c)
{
	uint8_t buf[128];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, c->server_tunnel, c->server_session, L2TP_ICCN);
	if (!c->config.bare) {
		l2tp_put_u32(&w, AVP_TX_CONNECT_SPEED, 100000000);
		l2tp_put_u32(&w, AVP_FRAMING_TYPE, 1);
	}
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

static void send_cdn(struct lac *c)
{
	uint8_t buf[64];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, c->server_tunnel, c->server_session, L2TP_CDN);
	l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "");
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, c->session);
	control(c, &w);
}

static void send_stopccn(struct lac *c)
{
	uint8_t buf[64];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, c->server_tunnel, 0, L2TP_STOPCCN);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, c->tunnel);
	l2tp_put_result(&w, STOP_SHUTDOWN, 0, "");
	control(c, &w);
}

static void step(struct lac *c, const struct l2tp_msg *m)
{
	if (m->type == L2TP_SCCRP && c->stage == LAC_TUNNEL) {
		c->server_tunnel = m->tunnel_id;
		c->stage = LAC_SESSION;
		send_scccn_icrq(c);
	} else if (m->type == L2TP_ICRP && c->stage == LAC_SESSION) {
		c->server_session = m->session_id;
		c->stage = LAC_LCP;
		send_iccn(c);
		/* The data path of real clients opens a little later. */
		timer_start(c->env, &c->start_ppp, c->config.kind == LAC_PPPD ? 200 * MSEC : 10 * MSEC);
	} else if (m->type == L2TP_HELLO) {
		c->seen.hellos++;
	} else if (m->type == L2TP_CDN) {
		c->seen.cdn++;
		ended(c);
	} else if (m->type == L2TP_STOPCCN) {
		c->seen.stopccn++;
		ended(c);
	}
}

/* ---- PPP: framing ------------------------------------------------------ */

static void data(struct lac *c, uint16_t protocol, bool compressed, const void *info, size_t len)
{
	uint8_t buf[2048];
	struct wr w = wr_init(buf, sizeof buf);
	bool windows = c->config.kind == LAC_WINDOWS; /* with the length bit; pppd's kernel without */

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
		data(c, protocol, false, buf, wr_len(&w));
}

/* ---- LCP --------------------------------------------------------------- */

#define LCP(f) container_of(f, struct lac, lcp)
#define IPCP(f) container_of(f, struct lac, ipcp)

static enum verdict any(struct fsm *f, struct rd *value, struct wr *nak)
{
	(void)f, (void)value, (void)nak;
	return OPTION_ACK;
}

static bool ask_mru(struct fsm *f, struct wr *v)
{
	wr_u16(v, LCP(f)->mru);
	return true;
}

static enum verdict check_mru(struct fsm *f, struct rd *value, struct wr *nak)
{
	(void)nak;
	LCP(f)->seen.mru = rd_u16(value);
	return OPTION_ACK;
}

static bool ask_accm(struct fsm *f, struct wr *v)
{
	wr_u32(v, 0);
	return LCP(f)->config.kind == LAC_PPPD;
}

static bool ask_magic(struct fsm *f, struct wr *v)
{
	wr_u32(v, LCP(f)->magic);
	return true;
}

static bool ask_comp(struct fsm *f, struct wr *v)
{
	(void)v;
	return LCP(f)->ask_comp;
}

static bool ask_callback(struct fsm *f, struct wr *v)
{
	wr_u8(v, 6);
	return LCP(f)->ask_callback;
}

static void no_callback(struct fsm *f)
{
	LCP(f)->ask_callback = false;
}

static void no_comp(struct fsm *f)
{
	LCP(f)->ask_comp = false;
}

static void as_you_like(struct fsm *f, struct rd *value)
{
	(void)f, (void)value;
}

static void never_mind(struct fsm *f)
{
	(void)f;
}

static enum verdict check_auth(struct fsm *f, struct rd *value, struct wr *nak)
{
	static const enum ppp_auth best[] = {PPP_AUTH_MSCHAPV2, PPP_AUTH_MSCHAPV1, PPP_AUTH_CHAP,
	    PPP_AUTH_PAP};
	struct lac *c = LCP(f);
	uint16_t protocol = rd_u16(value);
	uint8_t algorithm = protocol == PROTO_CHAP ? rd_u8(value) : 0;
	const struct auth_method *m = auth_method_by_wire(protocol, algorithm);

	if (c->config.eap && !c->naked_eap) {
		c->naked_eap = true;
		wr_u16(nak, PROTO_EAP);
		return OPTION_NAK;
	}
	if (m && c->config.methods & 1U << m->method) {
		c->method = m->method;
		return OPTION_ACK;
	}
	for (size_t i = 0; i < sizeof best / sizeof *best; i++)
		if (c->config.methods & 1U << best[i]) {
			m = auth_method(best[i]);
			wr_u16(nak, m->protocol);
			if (m->algorithm)
				wr_u8(nak, m->algorithm);
			return OPTION_NAK;
		}
	return OPTION_REJECT;
}

static const struct fsm_option lcp_options[] = {
    {1, 4, check_mru, ask_mru, as_you_like, never_mind},
    {2, 6, any, ask_accm, as_you_like, never_mind},
    {3, 0, check_auth, NULL, NULL, NULL},
    {5, 6, any, ask_magic, as_you_like, never_mind},
    {7, 2, any, ask_comp, as_you_like, no_comp},
    {8, 2, any, ask_comp, as_you_like, no_comp},
    {13, 3, NULL, ask_callback, as_you_like, no_callback},
    {0, 0, NULL, NULL, NULL, NULL},
};

static void lcp_send(struct fsm *f, uint8_t code, uint8_t id, const void *info, size_t len)
{
	lac_send_ppp(LCP(f), PROTO_LCP, code, id, info, len);
}

static void fresh(struct fsm *f)
{
	(void)f;
}

static void identify(struct lac *c, const char *text)
{
	uint8_t buf[64];
	struct wr w = wr_init(buf, sizeof buf);

	wr_u32(&w, c->magic);
	wr_bytes(&w, text, strlen(text));
	lac_send_ppp(c, PROTO_LCP, IDENTIFICATION, ++c->other_id, buf, wr_len(&w));
}

static void pap_request(struct timer *t)
{
	struct lac *c = container_of(t, struct lac, pap);
	uint8_t buf[260];
	struct wr w = wr_init(buf, sizeof buf);

	if (c->stage != LAC_AUTH)
		return;
	wr_u8(&w, (unsigned)strlen(c->user));
	wr_bytes(&w, c->user, strlen(c->user));
	wr_u8(&w, (unsigned)strlen(c->password));
	wr_bytes(&w, c->password, strlen(c->password));
	lac_send_ppp(c, PROTO_PAP, 1, ++c->other_id, buf, wr_len(&w));
	timer_start(c->env, t, 3 * SEC);
}

static void lcp_up(struct fsm *f)
{
	struct lac *c = LCP(f);
	uint8_t zero[4] = {0};

	c->stage = LAC_AUTH;
	if (c->config.kind == LAC_WINDOWS) {
		identify(c, "MSRASV5.20");
		identify(c, "MSRAS-0-DESKTOP-TESTING");
		identify(c, "\x01\x82\xff\x10guid");
	} else {
		lac_send_ppp(c, PROTO_LCP, ECHO_REQUEST, ++c->other_id, zero, sizeof zero);
	}
	if (c->method == PPP_AUTH_PAP)
		pap_request(&c->pap);
}

static void lcp_down(struct fsm *f)
{
	struct lac *c = LCP(f);

	timer_stop(c->env, &c->pap);
	fsm_event(&c->ipcp, FSM_DOWN);
	if (c->stage != LAC_DOWN)
		c->stage = LAC_LCP;
}

static void lcp_finished(struct fsm *f, bool timed_out)
{
	(void)f, (void)timed_out; /* the server's CDN follows */
}

static bool lcp_extra(struct fsm *f, uint8_t code, uint8_t id, struct rd info)
{
	struct lac *c = LCP(f);

	if (code == PROTOCOL_REJECT)
		c->seen.protocol_rejects++;
	if (code == ECHO_REPLY)
		c->seen.echo_replies++;
	if (code == ECHO_REQUEST) {
		uint8_t magic[4];
		struct wr w = wr_init(magic, sizeof magic);

		(void)info;
		c->seen.echo_requests++;
		wr_u32(&w, c->magic);
		fsm_echo(f, id, magic, sizeof magic);
	}
	return code >= PROTOCOL_REJECT && code <= TIME_REMAINING;
}

static void lcp_terminated(struct fsm *f, struct rd info)
{
	(void)info;
	LCP(f)->seen.terminate_requests++;
}

static const struct fsm_ops lcp_ops = {
    .name = "LCP",
    .protocol = PROTO_LCP,
    .options = lcp_options,
    .send = lcp_send,
    .fresh = fresh,
    .extra = lcp_extra,
    .up = lcp_up,
    .down = lcp_down,
    .finished = lcp_finished,
    .terminated = lcp_terminated,
};

/* ---- IPCP -------------------------------------------------------------- */

enum { ADDRESS, DNS1, WINS1, DNS2, WINS2 };

static struct addr *place(struct lac *c, int which)
{
	struct addr *at[] = {&c->ip.client, &c->ip.dns[0], &c->ip.wins[0], &c->ip.dns[1], &c->ip.wins[1]};

	return at[which];
}

static bool ask(struct lac *c, int which, struct wr *v)
{
	wr_u32(v, addr_to_v4(place(c, which)));
	return c->ask[which];
}

static void given(struct lac *c, int which, struct rd *value)
{
	*place(c, which) = addr_v4(rd_u32(value));
}

#define SERVER_OPTION(which)                                       \
	static bool ask_##which(struct fsm *f, struct wr *v)           \
	{                                                              \
		return ask(IPCP(f), which, v);                             \
	}                                                              \
	static void given_##which(struct fsm *f, struct rd *value)     \
	{                                                              \
		given(IPCP(f), which, value);                              \
	}                                                              \
	static void refused_##which(struct fsm *f)                     \
	{                                                              \
		IPCP(f)->ask[which] = false;                               \
	}
SERVER_OPTION(ADDRESS)
SERVER_OPTION(DNS1)
SERVER_OPTION(WINS1)
SERVER_OPTION(DNS2)
SERVER_OPTION(WINS2)

static const struct fsm_option ipcp_options[] = {
    {3, 6, any, ask_ADDRESS, given_ADDRESS, refused_ADDRESS},
    {129, 6, NULL, ask_DNS1, given_DNS1, refused_DNS1},
    {130, 6, NULL, ask_WINS1, given_WINS1, refused_WINS1},
    {131, 6, NULL, ask_DNS2, given_DNS2, refused_DNS2},
    {132, 6, NULL, ask_WINS2, given_WINS2, refused_WINS2},
    {0, 0, NULL, NULL, NULL, NULL},
};

static void ipcp_send(struct fsm *f, uint8_t code, uint8_t id, const void *info, size_t len)
{
	lac_send_ppp(IPCP(f), PROTO_IPCP, code, id, info, len);
}

static void ipcp_up(struct fsm *f)
{
	struct lac *c = IPCP(f);

	c->stage = LAC_UP;
	c->ops->up(c->owner, &c->ip);
}

static void ipcp_down(struct fsm *f)
{
	if (IPCP(f)->stage == LAC_UP)
		IPCP(f)->stage = LAC_IPCP;
}

static const struct fsm_ops ipcp_ops = {
    .name = "IPCP",
    .protocol = PROTO_IPCP,
    .options = ipcp_options,
    .send = ipcp_send,
    .fresh = fresh,
    .up = ipcp_up,
    .down = ipcp_down,
    .finished = lcp_finished,
};

/* ---- authentication ---------------------------------------------------- */

static void network(struct lac *c)
{
	static const uint8_t interface_id[] = {1, 10, 0x02, 0, 0, 0, 0, 0, 0, 1};
	static const uint8_t mppe[] = {18, 6, 1, 0, 0, 1};

	c->stage = LAC_IPCP;
	memset(&c->ip, 0, sizeof c->ip);
	c->ip.client = c->wish;
	c->ask[ADDRESS] = c->ask[DNS1] = c->ask[DNS2] = true;
	c->ask[WINS1] = c->ask[WINS2] = c->config.kind == LAC_WINDOWS;
	lac_send_ppp(c, PROTO_IPV6CP, CONF_REQUEST, 5, interface_id, sizeof interface_id);
	if (c->config.kind == LAC_WINDOWS)
		lac_send_ppp(c, PROTO_CCP, CONF_REQUEST, 6, mppe, sizeof mppe);
	fsm_event(&c->ipcp, FSM_OPEN);
	fsm_event(&c->ipcp, FSM_UP);
}

static bool respond(struct lac *c, const uint8_t *challenge, size_t len)
{
	uint8_t hash[16], peer[16];

	mschap_nt_hash(c->crypto, c->password, hash);
	memcpy(c->challenge, challenge, len < sizeof c->challenge ? len : sizeof c->challenge);
	c->response_len = 49;
	switch (c->method) {
	case PPP_AUTH_MSCHAPV2:
		c->env->random(c->env, peer, sizeof peer);
		return len == 16 && mschap_respond_v2(c->crypto, hash, challenge, peer, c->user, c->response);
	case PPP_AUTH_MSCHAPV1:
		return len == 8 && mschap_respond_v1(c->crypto, hash, challenge, c->response);
	case PPP_AUTH_CHAP:
		c->response_len = hash_info[HASH_MD5].size;
		return crypto_hash(c->crypto, HASH_MD5,
		    (struct chunk[]){{&c->auth_id, 1}, {c->password, strlen(c->password)},
		        {challenge, len}}, 3, c->response);
	default:
		return false;
	}
}

static void challenged(struct lac *c, uint8_t id, struct rd r)
{
	size_t len = rd_u8(&r);
	const uint8_t *challenge = rd_bytes(&r, len);
	uint8_t buf[256];
	struct wr w = wr_init(buf, sizeof buf);

	if (!challenge)
		return;
	if (id != c->auth_id || c->response_len == 0) {
		c->auth_id = id;
		if (!respond(c, challenge, len))
			return;
	}
	wr_u8(&w, (unsigned)c->response_len);
	wr_bytes(&w, c->response, c->response_len);
	wr_bytes(&w, c->user, strlen(c->user));
	lac_send_ppp(c, PROTO_CHAP, 2, id, buf, wr_len(&w));
}

/* The server must prove that it knows the password, too (RFC 2759 5). */
static bool genuine(struct lac *c)
{
	char want[MSCHAP_SUCCESS];
	uint8_t hash[16];

	if (c->method != PPP_AUTH_MSCHAPV2)
		return true;
	mschap_nt_hash(c->crypto, c->password, hash);
	mschap_authenticator(c->crypto, hash, c->response + 24, c->response, c->challenge, c->user, want);
	return strncmp(c->answer, want, 42) == 0;
}

static void auth_receive(struct lac *c, uint16_t protocol, struct rd r)
{
	uint8_t code = rd_u8(&r), id = rd_u8(&r);
	size_t len = rd_u16(&r), text;
	struct rd body = rd_sub(&r, len < 4 ? SIZE_MAX : len - 4);

	if (body.bad || c->stage < LAC_AUTH || c->stage == LAC_DOWN)
		return;
	if (protocol == PROTO_CHAP && code == 1) {
		challenged(c, id, body);
		return;
	}
	text = protocol == PROTO_PAP ? rd_u8(&body) : rd_left(&body);
	if (text >= sizeof c->answer || rd_left(&body) < text)
		return;
	rd_copy(&body, c->answer, text);
	c->answer[text] = '\0';
	if (c->stage != LAC_AUTH)
		return;
	timer_stop(c->env, &c->pap);
	if (code == (protocol == PROTO_PAP ? 2 : 3) && genuine(c))
		network(c);
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
	} else if (protocol == PROTO_CHAP || protocol == PROTO_PAP) {
		auth_receive(c, protocol, r);
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

struct lac *lac_create(struct env *env, const struct crypto *crypto, const struct lac_config *config,
    const struct lac_ops *ops, void *owner)
{
	struct lac *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->env = env;
	c->crypto = crypto;
	c->config = *config;
	c->ops = ops;
	c->owner = owner;
	snprintf(c->user, sizeof c->user, "%s", config->user);
	snprintf(c->password, sizeof c->password, "%s", config->password);
	c->tunnel = config->tunnel_id ? config->tunnel_id : 1;
	c->session = 1;
	c->ask_callback = c->ask_comp = config->kind == LAC_WINDOWS;
	c->mru = 1400;
	env->random(env, &c->magic, sizeof c->magic);
	channel_init(&c->channel, env, 4);
	c->channel.transmit = transmit;
	c->channel.failed = channel_lost;
	fsm_init(&c->lcp, &lcp_ops, env);
	fsm_init(&c->ipcp, &ipcp_ops, env);
	c->start_ppp.fire = start_ppp;
	c->pap.fire = pap_request;
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
	send_sccrq(c);
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
		    (c->config.kind == LAC_WINDOWS || c->lcp.state != FSM_INITIAL)) /* no pppd yet */
			frame(c, r);
		else if (c->stage == LAC_DOWN)
			frame(c, r);
		return;
	}
	if (!l2tp_read_avps(r, &m))
		return;
	kind = channel_receive(&c->channel, m.header.ns, m.header.nr, m.type == L2TP_ZLB);
	if (kind == ARRIVAL_NEW)
		step(c, &m);
	if (channel_take_ack(&c->channel))
		zlb(c);
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
	data(c, PROTO_IP, c->config.kind == LAC_WINDOWS, packet, len);
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
		send_cdn(c);
		send_stopccn(c);
	} else {
		send_stopccn(c);
		lac_send_ppp(c, PROTO_LCP, TERM_REQUEST, ++c->other_id, "User request", 12);
	}
	ended(c);
}

void lac_renegotiate(struct lac *c)
{
	fsm_event(&c->lcp, FSM_DOWN);
	c->response_len = 0;
	c->ask_callback = c->config.kind == LAC_WINDOWS && !c->agreeable;
	c->ask_comp = c->config.kind == LAC_WINDOWS && !c->plain;
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
