/*
 * The IP Control Protocol of one link (RFC 1332, name servers RFC 1877): gives
 * the client the address that the owner chose, and the servers it has.
 */
#include "engine/ppp/ipcp.h"

#include "engine/ppp/auth.h"
#include "engine/ppp/frame.h"
#include "engine/ppp/options.h"
#include "engine/ppp/send.h"

static struct ppp *ipcp_link(struct fsm *f)
{
	return container_of(f, struct ppp, ipcp);
}

/* Ack what is already right, Nak to what we give, Reject what we have not (never Nak with 0). */
static enum verdict give(const struct addr *ours, struct rd *value, struct wr *nak)
{
	uint32_t have = addr_to_v4(ours), asked = rd_u32(value);

	if (have == 0)
		return OPTION_REJECT;
	if (asked == have)
		return OPTION_ACK;
	wr_u32(nak, have);
	return OPTION_NAK;
}

static enum verdict address_check(struct fsm *f, struct rd *value, struct wr *nak)
{
	ipcp_link(f)->peer_address = true;
	return give(&ipcp_link(f)->ip.client, value, nak);
}

static bool address_ask(struct fsm *f, struct wr *value)
{
	struct ppp *p = ipcp_link(f);

	wr_u32(value, addr_to_v4(&p->config.local));
	return p->ask_address && addr_to_v4(&p->config.local) != 0;
}

/* Our address is not the client's to choose. */
static void address_naked(struct fsm *f, struct rd *value)
{
	(void)f, (void)value;
}

static void address_rejected(struct fsm *f)
{
	ipcp_link(f)->ask_address = false;
}

static enum verdict dns1_check(struct fsm *f, struct rd *value, struct wr *nak)
{
	return give(&ipcp_link(f)->ip.dns[0], value, nak);
}

static enum verdict wins1_check(struct fsm *f, struct rd *value, struct wr *nak)
{
	return give(&ipcp_link(f)->ip.wins[0], value, nak);
}

static enum verdict dns2_check(struct fsm *f, struct rd *value, struct wr *nak)
{
	return give(&ipcp_link(f)->ip.dns[1], value, nak);
}

static enum verdict wins2_check(struct fsm *f, struct rd *value, struct wr *nak)
{
	return give(&ipcp_link(f)->ip.wins[1], value, nak);
}

/* The old IP-Addresses (1), header compression (2) and mobile IP (4) are rejected. */
static const struct fsm_option ipcp_options[] = {
    /* type               len  peer's request  ours         their Nak      their Reject */
    {IPCP_OPTION_ADDRESS, 6, address_check, address_ask, address_naked, address_rejected},
    {IPCP_OPTION_DNS1, 6, dns1_check, NULL, NULL, NULL},
    {IPCP_OPTION_WINS1, 6, wins1_check, NULL, NULL, NULL},
    {IPCP_OPTION_DNS2, 6, dns2_check, NULL, NULL, NULL},
    {IPCP_OPTION_WINS2, 6, wins2_check, NULL, NULL, NULL},
    {0, 0, NULL, NULL, NULL, NULL},
};

static void ipcp_fresh(struct fsm *f)
{
	ipcp_link(f)->peer_address = false;
}

/* A request without an address is told of the one it has (RFC 1661 5.3: appended to the Nak). */
static void ipcp_missing(struct fsm *f, struct wr *nak)
{
	struct ppp *p = ipcp_link(f);

	if (p->peer_address)
		return;
	wr_u8(nak, IPCP_OPTION_ADDRESS);
	wr_u8(nak, 6);
	wr_u32(nak, addr_to_v4(&p->ip.client));
}

/* A client that stays silent may not have heard that it is accepted: few repeat their Response. */
static void ipcp_send(struct fsm *f, uint8_t code, uint8_t id, const void *data, size_t len)
{
	if (f->event == FSM_TO_PLUS && !ipcp_link(f)->ncp_heard)
		auth_repeat(ipcp_link(f));
	ppp_send(ipcp_link(f), PROTO_IPCP, code, id, data, len);
}

static void ipcp_up(struct fsm *f)
{
	struct ppp *p = ipcp_link(f);
	char client[ADDR_TEXT_MAX];

	timer_stop(p->env, &p->deadline);
	p->was_open = true;
	auth_known(p);
	ppp_log(p, TRACE_EVENT, "PPP %s: IPCP is up, client has %s", p->label,
	    addr_text(&p->ip.client, client));
	p->ops->up(p->owner);
}

static void ipcp_down(struct fsm *f)
{
	struct ppp *p = ipcp_link(f);

	ppp_log(p, TRACE_EVENT, "PPP %s: IPCP is down", p->label);
	p->ops->closed(p->owner);
}

static void ipcp_finished(struct fsm *f, bool timed_out)
{
	struct ppp *p = ipcp_link(f);

	if (p->was_open)
		p->link->close(p, REASON_USER_REQUESTED);
	else
		p->link->close(p, timed_out ? REASON_PPP_TIMEOUT : REASON_PPP_NO_IPCP);
}

static void ipcp_state(struct fsm *f, enum fsm_event e, enum fsm_state from, enum fsm_state to)
{
	ppp_trace_state(ipcp_link(f), f, e, from, to);
}

static const struct fsm_ops ipcp_ops = {
    .name = "IPCP",
    .protocol = PROTO_IPCP,
    .options = ipcp_options,
    .send = ipcp_send,
    .fresh = ipcp_fresh,
    .missing = ipcp_missing,
    .up = ipcp_up,
    .down = ipcp_down,
    .finished = ipcp_finished,
    .state = ipcp_state,
};

void ipcp_init(struct ppp *p)
{
	fsm_init(&p->ipcp, &ipcp_ops, p->env);
	p->ask_address = true;
}
