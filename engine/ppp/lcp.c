/*
 * The Link Control Protocol of one link (RFC 1661, Identification from
 * RFC 1570): the option table, the extra codes and the echo that notices a
 * dead peer.
 */
#include <stdio.h>
#include <string.h>

#include "engine/ppp/internal.h"

#define MRU_MIN 128
#define ECHO_AGAIN_SECONDS 5 /* once an echo went unanswered */
#define ECHO_MISSES 5

static struct ppp *lcp_link(struct fsm *f)
{
	return container_of(f, struct ppp, lcp);
}

/* ---- options ---------------------------------------------------------- */

static enum verdict mru_check(struct fsm *f, struct rd *value, struct wr *nak)
{
	uint16_t mru = rd_u16(value);

	if (mru < MRU_MIN) {
		wr_u16(nak, MRU_MIN);
		return OPTION_NAK;
	}
	lcp_link(f)->peer_mru = mru;
	return OPTION_ACK;
}

static bool mru_ask(struct fsm *f, struct wr *value)
{
	wr_u16(value, lcp_link(f)->mru);
	return lcp_link(f)->ask_mru;
}

static void mru_naked(struct fsm *f, struct rd *value)
{
	uint16_t mru = rd_u16(value);

	if (mru >= MRU_MIN && mru < lcp_link(f)->mru)
		lcp_link(f)->mru = mru;
}

static void mru_rejected(struct fsm *f)
{
	lcp_link(f)->ask_mru = false;
}

/* The map of a serial line means nothing here; it is acknowledged and forgotten. */
static enum verdict accm_check(struct fsm *f, struct rd *value, struct wr *nak)
{
	(void)f, (void)value, (void)nak;
	return OPTION_ACK;
}

static bool auth_ask(struct fsm *f, struct wr *value)
{
	const struct auth_method *m = auth_method(lcp_link(f)->method);

	wr_u16(value, m->protocol);
	if (m->algorithm)
		wr_u8(value, m->algorithm);
	return true;
}

static void no_method_left(struct ppp *p)
{
	ppp_log(p, TRACE_EVENT, "PPP %s: the client accepts none of the allowed authentication methods",
	    p->label);
	ppp_close(p, REASON_PPP_NO_AUTH_PROTOCOL);
}

/* The strongest of the methods that remain, or PPP_AUTH_NONE. */
static enum ppp_auth strongest(unsigned methods)
{
	static const enum ppp_auth order[] = {PPP_AUTH_MSCHAPV2, PPP_AUTH_MSCHAPV1, PPP_AUTH_CHAP,
	    PPP_AUTH_PAP};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (methods & 1U << order[i])
			return order[i];
	return PPP_AUTH_NONE;
}

/* The peer wants another method: its own wish if that is allowed, else our next strongest. */
static void auth_naked(struct fsm *f, struct rd *value)
{
	struct ppp *p = lcp_link(f);
	uint16_t protocol = rd_u16(value);
	uint8_t algorithm = protocol == PROTO_CHAP ? rd_u8(value) : 0;
	const struct auth_method *wish = value->bad ? NULL : auth_method_by_wire(protocol, algorithm);

	p->auth_naked = true;
	p->methods &= ~(1U << p->method);
	if (wish && p->methods & 1U << wish->method)
		p->method = wish->method;
	else
		p->method = strongest(p->methods);
	if (p->method == PPP_AUTH_NONE)
		no_method_left(p);
}

static void auth_rejected(struct fsm *f)
{
	no_method_left(lcp_link(f));
}

static uint32_t fresh_magic(struct ppp *p)
{
	uint32_t magic = 0;

	while (magic == 0)
		p->env->random(p->env, &magic, sizeof magic);
	return magic;
}

static enum verdict magic_check(struct fsm *f, struct rd *value, struct wr *nak)
{
	struct ppp *p = lcp_link(f);
	uint32_t magic = rd_u32(value);

	if (magic == 0 || (magic == p->magic && p->ask_magic)) { /* RFC 1661 6.4: a loop? */
		wr_u32(nak, fresh_magic(p));
		return OPTION_NAK;
	}
	return OPTION_ACK;
}

static bool magic_ask(struct fsm *f, struct wr *value)
{
	wr_u32(value, lcp_link(f)->magic);
	return lcp_link(f)->ask_magic;
}

static void magic_naked(struct fsm *f, struct rd *value)
{
	(void)value;
	lcp_link(f)->magic = fresh_magic(lcp_link(f));
}

static void magic_rejected(struct fsm *f)
{
	lcp_link(f)->ask_magic = false;
	lcp_link(f)->magic = 0; /* RFC 1661 5.8: zero when not negotiated */
}

static enum verdict pfc_check(struct fsm *f, struct rd *value, struct wr *nak)
{
	(void)value, (void)nak;
	lcp_link(f)->pfc = true;
	return OPTION_ACK;
}

static enum verdict acfc_check(struct fsm *f, struct rd *value, struct wr *nak)
{
	(void)value, (void)nak;
	lcp_link(f)->acfc = true;
	return OPTION_ACK;
}

/* What is not here (callback 13, MRRU 17, endpoint discriminator 19, link discriminator 23, quality
 * 4 ...) is rejected as it came; so is a demand that we prove who we are. */
static const struct fsm_option lcp_options[] = {
    /* type len  name     peer's request  ours         their Nak    their Reject */
    {1, 4, "mru", mru_check, mru_ask, mru_naked, mru_rejected},
    {2, 6, "accm", accm_check, NULL, NULL, NULL},
    {3, 0, "auth", NULL, auth_ask, auth_naked, auth_rejected},
    {5, 6, "magic", magic_check, magic_ask, magic_naked, magic_rejected},
    {7, 2, "pfc", pfc_check, NULL, NULL, NULL},
    {8, 2, "acfc", acfc_check, NULL, NULL, NULL},
    {0, 0, NULL, NULL, NULL, NULL, NULL},
};

static void lcp_fresh(struct fsm *f)
{
	struct ppp *p = lcp_link(f);

	p->peer_mru = PPP_MRU_DEFAULT;
	p->pfc = p->acfc = false;
}

/* ---- the extra codes -------------------------------------------------- */

/* Information field of what we say: the peer's MRU, and what fits our path. */
static size_t longest(const struct ppp *p)
{
	size_t most = p->peer_mru < PPP_FRAME_MAX ? p->peer_mru : PPP_FRAME_MAX;

	return p->config.mru >= MRU_MIN && p->config.mru < most ? p->config.mru : most;
}

/* RFC 1661 5.8: their data after our magic number, no longer than the peer's MRU. */
static void echo_answer(struct ppp *p, uint8_t id, struct rd data)
{
	uint8_t buf[PPP_FRAME_MAX];
	struct wr w = wr_init(buf, longest(p) - 4);
	size_t room = (size_t)(w.end - w.p) - 4, len = rd_left(&data);

	wr_u32(&w, p->magic);
	wr_bytes(&w, data.p, len < room ? len : room);
	fsm_echo(&p->lcp, id, buf, wr_len(&w));
}

static void identified(struct ppp *p, struct rd text)
{
	char line[128];
	size_t n = 0;

	while (rd_left(&text) && n < sizeof line - 1) {
		uint8_t c = rd_u8(&text);

		line[n++] = c >= 0x20 && c < 0x7f ? (char)c : '.';
	}
	line[n] = '\0';
	ppp_log(p, TRACE_DEBUG, "PPP %s: client identifies itself: %s", p->label, line);
}

static bool lcp_extra(struct fsm *f, uint8_t code, uint8_t id, struct rd data)
{
	struct ppp *p = lcp_link(f);
	uint16_t protocol;

	switch (code) {
	case PROTOCOL_REJECT:
		protocol = rd_u16(&data);
		if (!data.bad && f->state == FSM_OPENED)
			ppp_protocol_rejected(p, protocol);
		return true;
	case ECHO_REQUEST:
		rd_skip(&data, 4);
		if (!data.bad)
			echo_answer(p, id, data);
		return true;
	case ECHO_REPLY:
	case DISCARD_REQUEST:
	case TIME_REMAINING:
		fsm_event(f, FSM_RXR);
		return true;
	case IDENTIFICATION:
		rd_skip(&data, 4);
		identified(p, data);
		return true;
	}
	return false;
}

void lcp_reject_protocol(struct ppp *p, uint16_t protocol, struct rd info)
{
	uint8_t buf[PPP_FRAME_MAX];
	size_t most = longest(p), len = rd_left(&info);
	struct wr w = wr_init(buf, sizeof buf);

	if (p->lcp.state != FSM_OPENED)
		return;
	wr_u16(&w, protocol);
	wr_bytes(&w, info.p, len < most - 6 ? len : most - 6); /* 4 of the header, 2 of the protocol */
	ppp_send(p, PROTO_LCP, PROTOCOL_REJECT, ++p->lcp.id, buf, wr_len(&w));
}

/* ---- liveness --------------------------------------------------------- */

void lcp_echo_start(struct ppp *p)
{
	p->heard = p->env->now(p->env);
	p->echo_missed = 0;
	if (p->config.echo_seconds && p->lcp.state == FSM_OPENED && !timer_armed(&p->echo))
		timer_start(p->env, &p->echo, p->config.echo_seconds * SEC);
}

/* The timer is not moved for every frame heard; it finds out when it fires. */
static void echo_due(struct timer *t)
{
	struct ppp *p = container_of(t, struct ppp, echo);
	uint64_t period = p->config.echo_seconds * SEC, silent = p->env->now(p->env) - p->heard;
	uint8_t magic[4];
	struct wr w = wr_init(magic, sizeof magic);

	if (silent < period) {
		timer_start(p->env, t, period - silent);
		return;
	}
	if (p->echo_missed == ECHO_MISSES) {
		ppp_log(p, TRACE_EVENT, "PPP %s: %u echo requests unanswered", p->label, ECHO_MISSES);
		ppp_end(p, REASON_LOST_SERVICE);
		return;
	}
	p->echo_missed++;
	wr_u32(&w, p->magic);
	ppp_send(p, PROTO_LCP, ECHO_REQUEST, ++p->echo_id, magic, sizeof magic);
	timer_start(p->env, t, period < ECHO_AGAIN_SECONDS * SEC ? period : ECHO_AGAIN_SECONDS * SEC);
}

/* ---- the automaton's callbacks ---------------------------------------- */

static void lcp_send(struct fsm *f, uint8_t code, uint8_t id, const void *data, size_t len)
{
	ppp_send(lcp_link(f), PROTO_LCP, code, id, data, len);
}

static void lcp_up(struct fsm *f)
{
	lcp_echo_start(lcp_link(f));
	ppp_established(lcp_link(f));
}

static void lcp_down(struct fsm *f)
{
	timer_stop(f->env, &lcp_link(f)->echo);
	ppp_broken(lcp_link(f));
}

static void lcp_finished(struct fsm *f, bool timed_out)
{
	struct ppp *p = lcp_link(f);

	if (p->phase == PHASE_TERMINATE) /* somebody said why already */
		ppp_end(p, p->reason);
	else
		ppp_end(p, p->auth_naked && !timed_out ? REASON_PPP_NO_AUTH_PROTOCOL : REASON_PPP_TIMEOUT);
}

/* Windows puts its magic number, 00 3c cd 74 and the error its user sees into the data. */
static void lcp_terminated(struct fsm *f, struct rd data)
{
	struct ppp *p = lcp_link(f);
	uint32_t mark, error;
	enum reason why = REASON_USER_REQUESTED;

	rd_skip(&data, 4);
	mark = rd_u32(&data);
	error = rd_u32(&data);
	if (!data.bad && mark == 0x003ccd74)
		ppp_log(p, TRACE_EVENT, "PPP %s: client terminates, its error number is %u", p->label, error);
	else
		ppp_log(p, TRACE_EVENT, "PPP %s: client terminates", p->label);
	if (p->phase == PHASE_ESTABLISH && p->auth_naked)
		why = REASON_PPP_NO_AUTH_PROTOCOL;
	else if (p->phase == PHASE_NETWORK && !p->was_open)
		why = REASON_PPP_NO_IPCP;
	if (p->phase == PHASE_TERMINATE || p->phase == PHASE_DEAD)
		return;
	p->reason = why;
	if (f->state == FSM_OPENED)
		p->phase = PHASE_TERMINATE; /* the automaton lingers in Stopping, then finishes */
	else
		ppp_end(p, why);
}

static void lcp_state(struct fsm *f, enum fsm_event e, enum fsm_state from, enum fsm_state to)
{
	ppp_trace_state(lcp_link(f), f, e, from, to);
}

static const struct fsm_ops lcp_ops = {
    .name = "LCP",
    .protocol = PROTO_LCP,
    .options = lcp_options,
    .send = lcp_send,
    .fresh = lcp_fresh,
    .extra = lcp_extra,
    .up = lcp_up,
    .down = lcp_down,
    .finished = lcp_finished,
    .terminated = lcp_terminated,
    .state = lcp_state,
};

void lcp_reset(struct ppp *p)
{
	p->magic = fresh_magic(p);
	p->ask_magic = p->ask_mru = true;
	p->auth_naked = false;
	p->mru = p->config.mru ? p->config.mru : PPP_MRU_DEFAULT;
	p->methods = (unsigned)p->config.pap << PPP_AUTH_PAP | (unsigned)p->config.chap << PPP_AUTH_CHAP |
	    (unsigned)p->config.mschapv1 << PPP_AUTH_MSCHAPV1 |
	    (unsigned)p->config.mschapv2 << PPP_AUTH_MSCHAPV2;
	p->method = strongest(p->methods);
}

void lcp_init(struct ppp *p)
{
	fsm_init(&p->lcp, &lcp_ops, p->env);
	p->echo.fire = echo_due;
	lcp_fresh(&p->lcp);
	lcp_reset(p);
}
