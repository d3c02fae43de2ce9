/*
 * The Link Control Protocol of one link (RFC 1661, Identification from
 * RFC 1570): its automaton, and the codes that only LCP has.
 */
#include "engine/ppp/lcp.h"

#include "engine/ppp/echo.h"
#include "engine/ppp/frame.h"
#include "engine/ppp/lcp_options.h"
#include "engine/ppp/send.h"

static struct ppp *lcp_link(struct fsm *f)
{
	return container_of(f, struct ppp, lcp);
}

/* ---- the extra codes -------------------------------------------------- */

/* Information field of what we say: the peer's MRU, and what fits our path. */
static size_t longest(const struct ppp *p)
{
	size_t most = p->peer_mru < PPP_FRAME_MAX ? p->peer_mru : PPP_FRAME_MAX;

	return p->config.mru >= PPP_MRU_LEAST && p->config.mru < most ? p->config.mru : most;
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
			p->link->rejected(p, protocol);
		return true;
	case ECHO_REQUEST:
		rd_skip(&data, 4);
		if (!data.bad)
			echo_answer(p, id, data);
		return true;
	case ECHO_REPLY:
		echo_reply(p, id);
		fsm_event(f, FSM_RXR);
		return true;
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
	most -= 6; /* 4 of the header, 2 of the protocol */
	wr_bytes(&w, info.p, len < most ? len : most);
	ppp_send(p, PROTO_LCP, PROTOCOL_REJECT, ++p->lcp.id, buf, wr_len(&w));
}

/* ---- the automaton's callbacks ---------------------------------------- */

static void lcp_send(struct fsm *f, uint8_t code, uint8_t id, const void *data, size_t len)
{
	ppp_send(lcp_link(f), PROTO_LCP, code, id, data, len);
}

static void lcp_up(struct fsm *f)
{
	echo_start(lcp_link(f));
	lcp_link(f)->link->established(lcp_link(f));
}

static void lcp_down(struct fsm *f)
{
	echo_stop(lcp_link(f));
	lcp_link(f)->link->broken(lcp_link(f));
}

static void lcp_finished(struct fsm *f, bool timed_out)
{
	struct ppp *p = lcp_link(f);

	if (p->phase == PHASE_TERMINATE) /* somebody said why already */
		p->link->end(p, p->reason);
	else
		p->link->end(p,
		    p->auth_naked && !timed_out ? REASON_PPP_NO_AUTH_PROTOCOL : REASON_PPP_TIMEOUT);
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
		ppp_log(p, TRACE_EVENT, "PPP %s: client terminates, its error number is %u",
		    p->label, error);
	else
		ppp_log(p, TRACE_EVENT, "PPP %s: client terminates", p->label);
	if (p->phase == PHASE_ESTABLISH && p->auth_naked)
		why = REASON_PPP_NO_AUTH_PROTOCOL;
	else if (p->phase == PHASE_NETWORK && !p->was_open)
		why = REASON_PPP_NO_IPCP;
	if (p->phase == PHASE_TERMINATE || p->phase == PHASE_DEAD)
		return;
	if (f->state == FSM_OPENED)
		p->link->leaving(p, why);
	else
		p->link->end(p, why);
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

void lcp_init(struct ppp *p)
{
	fsm_init(&p->lcp, &lcp_ops, p->env);
	echo_init(p);
	lcp_fresh(&p->lcp);
	lcp_reset(p);
}
