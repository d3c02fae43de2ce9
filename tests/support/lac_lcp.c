/* The client's LCP: what it asks for and grants, as Windows and pppd do. */
#include "tests/support/lac_inside.h"

#include <string.h>

enum verdict lac_grant(struct fsm *f, struct rd *value, struct wr *nak)
{
	(void)f, (void)value, (void)nak;
	return OPTION_ACK;
}

static bool ask_mru(struct fsm *f, struct wr *v)
{
	wr_u16(v, LCP(f)->mru);
	return LCP(f)->mru != 0;
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
	return LCP(f)->m.accm;
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
	static const enum ppp_auth best[] = {
	    PPP_AUTH_EAP, PPP_AUTH_MSCHAPV2, PPP_AUTH_MSCHAPV1, PPP_AUTH_CHAP, PPP_AUTH_PAP};
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
			wr_u16(nak, m->packets->protocol);
			if (m->algorithm)
				wr_u8(nak, m->algorithm);
			return OPTION_NAK;
		}
	return OPTION_REJECT;
}

static const struct fsm_option lcp_options[] = {
    {1, 4, check_mru, ask_mru, as_you_like, never_mind},
    {2, 6, lac_grant, ask_accm, as_you_like, never_mind},
    {3, 0, check_auth, NULL, NULL, NULL},
    {5, 6, lac_grant, ask_magic, as_you_like, never_mind},
    {7, 2, lac_grant, ask_comp, as_you_like, no_comp},
    {8, 2, lac_grant, ask_comp, as_you_like, no_comp},
    {13, 3, NULL, ask_callback, as_you_like, no_callback},
    {0, 0, NULL, NULL, NULL, NULL},
};

static void lcp_send(struct fsm *f, uint8_t code, uint8_t id, const void *info, size_t len)
{
	lac_send_ppp(LCP(f), PROTO_LCP, code, id, info, len);
}

void lac_fresh(struct fsm *f)
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

static void lcp_up(struct fsm *f)
{
	struct lac *c = LCP(f);
	uint8_t zero[4] = {0};

	c->stage = LAC_AUTH;
	if (c->m.early_ipcp)
		lac_network(c);
	if (c->m.identifies) {
		identify(c, "MSRASV5.20");
		identify(c, "MSRAS-0-DESKTOP-TESTING");
		identify(c, "\x01\x82\xff\x10guid");
	} else {
		lac_send_ppp(c, PROTO_LCP, ECHO_REQUEST, ++c->other_id, zero, sizeof zero);
	}
	if (c->method == PPP_AUTH_PAP)
		lac_pap_request(&c->pap);
}

static void lcp_down(struct fsm *f)
{
	struct lac *c = LCP(f);

	timer_stop(c->env, &c->pap);
	fsm_event(&c->ipcp, FSM_DOWN);
	if (c->stage != LAC_DOWN)
		c->stage = LAC_LCP;
}

void lac_finished(struct fsm *f, bool timed_out)
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
		uint8_t answer[1500];
		struct wr w = wr_init(answer, sizeof answer);

		c->seen.echo_requests++;
		wr_u32(&w, c->magic); /* in the place of theirs; their data behind it */
		rd_skip(&info, 4);
		wr_bytes(&w, info.p, rd_left(&info));
		fsm_echo(f, id, answer, wr_len(&w));
	}
	return code >= PROTOCOL_REJECT && code <= TIME_REMAINING;
}

static void lcp_terminated(struct fsm *f, struct rd info)
{
	(void)info;
	LCP(f)->seen.terminate_requests++;
}

const struct fsm_ops lac_lcp_ops = {
    .name = "LCP",
    .protocol = PROTO_LCP,
    .options = lcp_options,
    .send = lcp_send,
    .fresh = lac_fresh,
    .extra = lcp_extra,
    .up = lcp_up,
    .down = lcp_down,
    .finished = lac_finished,
    .terminated = lcp_terminated,
};
