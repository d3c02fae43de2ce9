/*
 * One PPP link (RFC 1661 section 3): its phases, its deadline, the framing and
 * the way of a packet to the protocol it is for.
 *
 *   | ff 03 (may be left out) | protocol 1 or 2 | code | identifier | length 2 | data ... |
 *
 * Life: ppp_create, ppp_start; `down` comes once, from a timer of its own, so
 * that the owner may free the link in it; then ppp_destroy.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/ppp/auth.h"
#include "engine/ppp/echo.h"
#include "engine/ppp/frame.h"
#include "engine/ppp/ipcp.h"
#include "engine/ppp/lcp.h"
#include "engine/ppp/lcp_options.h"
#include "engine/ppp/method.h"
#include "engine/ppp/send.h"

/* From LCP's start to the question who he is, and from its answer to IPCP's opening. */
#define NEGOTIATION_TIME (60 * SEC)
#define CHALLENGE_TIME (180 * SEC) /* a person may have to choose a new password */

static const char *const phase_name[] = {
    "Dead", "Establish", "Authenticate", "Network", "Terminate"};

static void enter(struct ppp *p, enum phase phase)
{
	if (phase != p->phase)
		ppp_log(p, TRACE_EVENT, "PPP %s: phase %s", p->label, phase_name[phase]);
	p->phase = phase;
}

/* ---- the end ---------------------------------------------------------- */

static void stop_everything(struct ppp *p)
{
	p->ended = true;
	timer_stop(p->env, &p->deadline);
	echo_stop(p);
	timer_stop(p->env, &p->over);
	auth_stop(p);
	fsm_halt(&p->lcp, FSM_CLOSED); /* a late Terminate-Request still gets its Ack */
	fsm_halt(&p->ipcp, FSM_INITIAL);
}

static void end(struct ppp *p, enum reason why)
{
	if (p->ended)
		return;
	fsm_event(&p->ipcp, FSM_DOWN); /* no traffic even before the owner hears of the end */
	stop_everything(p);
	p->reason = why;
	enter(p, PHASE_DEAD);
	ppp_log(p, TRACE_EVENT, "PPP %s: over, %s", p->label, reason_text(why)->plain);
	timer_start(p->env, &p->over, 0);
}

static void tell_owner(struct timer *t)
{
	struct ppp *p = container_of(t, struct ppp, over);

	p->ops->down(p->owner, p->reason);
}

void ppp_close(struct ppp *p, enum reason why)
{
	if (p->ended || p->phase == PHASE_TERMINATE)
		return;
	p->reason = why;
	timer_stop(p->env, &p->deadline);
	enter(p, PHASE_TERMINATE);
	fsm_event(&p->lcp, FSM_CLOSE);
	if (p->lcp.state == FSM_INITIAL)
		end(p, why); /* there was nobody to say farewell to */
}

/* The client said farewell, which is told already: the automaton lingers in Stopping, then
 * finishes. */
static void leaving(struct ppp *p, enum reason why)
{
	p->reason = why;
	p->phase = PHASE_TERMINATE;
}

void ppp_lower_down(struct ppp *p)
{
	stop_everything(p);
	fsm_halt(&p->lcp, FSM_INITIAL); /* not even an answer leaves now */
	enter(p, PHASE_DEAD);
}

static void too_late(struct timer *t)
{
	struct ppp *p = container_of(t, struct ppp, deadline);

	ppp_close(p, REASON_PPP_TIMEOUT);
}

/* ---- phases ----------------------------------------------------------- */

static void established(struct ppp *p)
{
	enter(p, PHASE_AUTHENTICATE);
	auth_start(p);
}

/* LCP left Opened: closing, or negotiated anew by the peer. */
static void broken(struct ppp *p)
{
	auth_stop(p);
	fsm_event(&p->ipcp, FSM_DOWN);
	if (p->phase == PHASE_TERMINATE)
		return;
	enter(p, PHASE_ESTABLISH);
	lcp_reset(p);
	timer_start(p->env, &p->deadline, NEGOTIATION_TIME);
}

/* The owner takes his time, which the server group's timeouts limit; the client is only asked
 * whether he is still there. */
static void asked(struct ppp *p)
{
	timer_stop(p->env, &p->deadline);
	echo_start(p);
}

static void challenged(struct ppp *p)
{
	timer_start(p->env, &p->deadline, CHALLENGE_TIME);
}

static void authenticated(struct ppp *p)
{
	enter(p, PHASE_NETWORK);
	timer_start(p->env, &p->deadline, NEGOTIATION_TIME);
	memset(&p->ip, 0, sizeof p->ip);
	if (!p->ops->address(p->owner, &p->ip)) {
		ppp_close(p, REASON_NO_ADDRESS);
		return;
	}
	p->ask_address = true;
	p->ncp_heard = false;
	fsm_event(&p->ipcp, FSM_OPEN);
	fsm_event(&p->ipcp, FSM_UP);
}

static void rejected(struct ppp *p, uint16_t protocol)
{
	ppp_log(p, TRACE_EVENT, "PPP %s: client rejects protocol %04x", p->label, protocol);
	if (protocol == PROTO_IPCP)
		fsm_event(&p->ipcp, FSM_RXJ_MINUS);
	else if (protocol == PROTO_LCP)
		fsm_event(&p->lcp, FSM_RXJ_MINUS);
	else if (p->phase == PHASE_AUTHENTICATE &&
	    protocol == auth_method(p->method)->packets->protocol)
		ppp_close(p, REASON_PPP_NO_AUTH_PROTOCOL);
}

static const struct link_events events = {
	.established = established,
	.broken = broken,
	.asked = asked,
	.challenged = challenged,
	.authenticated = authenticated,
	.rejected = rejected,
	.leaving = leaving,
	.close = ppp_close,
	.end = end,
};

/* ---- receiving -------------------------------------------------------- */

/* False when the packet is malformed. */
static bool dispatch(struct ppp *p, uint16_t protocol, struct rd packet)
{
	if (protocol == PROTO_LCP)
		return fsm_receive(&p->lcp, packet);
	if (p->lcp.state != FSM_OPENED)
		return true; /* RFC 1661 3.4: nothing but LCP before LCP is open */
	if (protocol == PROTO_PAP || protocol == PROTO_CHAP || protocol == PROTO_EAP)
		return auth_receive(p, protocol, packet);
	if (protocol < 0xc000 && p->phase != PHASE_NETWORK)
		return true; /* RFC 1661 3.5: no network protocol before the user is known */
	p->ncp_heard = true;
	if (protocol == PROTO_IPCP)
		return fsm_receive(&p->ipcp, packet);
	if (protocol != PROTO_IP)
		lcp_reject_protocol(p, protocol, packet);
	return true;
}

void ppp_receive(struct ppp *p, const uint8_t *frame, size_t len)
{
	struct rd r = rd_init(frame, len);
	uint16_t protocol = ppp_unframe(&r);

	if (r.bad || !(protocol & 1) || p->phase == PHASE_DEAD) {
		if (!r.bad && p->ended && protocol == PROTO_LCP)
			fsm_receive(&p->lcp, r);
		return;
	}
	echo_heard(p);
	ppp_trace_packet(p, "rcvd", protocol, r);
	if (!dispatch(p, protocol, r))
		ppp_log(p, TRACE_EVENT, "PPP %s: malformed packet of protocol %04x dropped",
		    p->label, protocol);
}

/* ---- life ------------------------------------------------------------- */

static void copy_text(char *to, size_t size, const char *from)
{
	size_t len = from ? strnlen(from, size - 1) : 0;

	memcpy(to, from ? from : "", len);
	to[len] = '\0';
}

struct ppp *ppp_create(struct env *env, struct trace *trace, const struct ppp_config *config,
    const struct ppp_ops *ops, void *owner, const char *label)
{
	struct ppp *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->env = env;
	p->trace = trace;
	p->config = *config;
	p->ops = ops;
	p->owner = owner;
	p->link = &events;
	if (!p->config.name)
		p->config.name = "";
	copy_text(p->label, sizeof p->label, label);
	p->deadline.fire = too_late;
	p->over.fire = tell_owner;
	lcp_init(p);
	auth_init(p);
	ipcp_init(p);
	return p;
}

void ppp_destroy(struct ppp *p)
{
	if (!p)
		return;
	stop_everything(p);
	auth_fini(p);
	free(p);
}

void ppp_start(struct ppp *p)
{
	if (p->phase != PHASE_DEAD || p->ended)
		return;
	if (p->method == PPP_AUTH_NONE) { /* nothing is allowed: never a link without a user */
		ppp_log(p, TRACE_EVENT, "PPP %s: no authentication method is allowed", p->label);
		end(p, REASON_PPP_NO_AUTH_PROTOCOL);
		return;
	}
	enter(p, PHASE_ESTABLISH);
	timer_start(p->env, &p->deadline, NEGOTIATION_TIME);
	fsm_event(&p->lcp, FSM_OPEN);
	fsm_event(&p->lcp, FSM_UP);
}

void ppp_set_mru(struct ppp *p, uint16_t mru)
{
	p->config.mru = mru;
}

void ppp_get(const struct ppp *p, struct ppp_info *to)
{
	*to = (struct ppp_info){
	    .method = p->method,
	    .pfc = p->pfc,
	    .acfc = p->acfc,
	    .mru = p->peer_mru,
	    .user = p->auth.user ? p->auth.user : "",
	    .open = p->ipcp.state == FSM_OPENED,
	    .phase = phase_name[p->phase],
	};
}
