/*
 * LCP's options (RFC 1661 6): what we ask for, what we grant, one row each.
 */
#include "engine/ppp/lcp_options.h"

#include "engine/ppp/frame.h"
#include "engine/ppp/method.h"
#include "engine/ppp/options.h"

static struct ppp *lcp_link(struct fsm *f)
{
	return container_of(f, struct ppp, lcp);
}

static enum verdict mru_check(struct fsm *f, struct rd *value, struct wr *nak)
{
	uint16_t mru = rd_u16(value);

	if (mru < PPP_MRU_LEAST) {
		wr_u16(nak, PPP_MRU_LEAST);
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

	if (mru >= PPP_MRU_LEAST && mru < lcp_link(f)->mru)
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

	wr_u16(value, m->packets->protocol);
	if (m->algorithm)
		wr_u8(value, m->algorithm);
	return true;
}

static void no_method_left(struct ppp *p)
{
	ppp_log(p, TRACE_EVENT,
	    "PPP %s: the client accepts none of the allowed authentication methods", p->label);
	p->link->close(p, REASON_PPP_NO_AUTH_PROTOCOL);
}

/* The peer wants another method: its own wish if that is allowed, else our next strongest. */
static void auth_naked(struct fsm *f, struct rd *value)
{
	struct ppp *p = lcp_link(f);
	uint16_t protocol = rd_u16(value);
	uint8_t algorithm = protocol == PROTO_CHAP ? rd_u8(value) : 0;
	const struct auth_method *wish = value->bad ? NULL
						    : auth_method_by_wire(protocol, algorithm);

	p->auth_naked = true;
	if (wish)
		p->asked |= 1U << wish->method;
	p->methods &= ~(1U << p->method);
	if (wish && p->methods & 1U << wish->method)
		p->method = wish->method;
	else
		p->method = auth_strongest(p->methods);
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
const struct fsm_option lcp_options[] = {
    /* type           len  peer's request  ours       their Nak    their Reject */
    {LCP_OPTION_MRU, 4, mru_check, mru_ask, mru_naked, mru_rejected},
    {LCP_OPTION_ACCM, 6, accm_check, NULL, NULL, NULL},
    {LCP_OPTION_AUTH, 0, NULL, auth_ask, auth_naked, auth_rejected},
    {LCP_OPTION_MAGIC, 6, magic_check, magic_ask, magic_naked, magic_rejected},
    {LCP_OPTION_PFC, 2, pfc_check, NULL, NULL, NULL},
    {LCP_OPTION_ACFC, 2, acfc_check, NULL, NULL, NULL},
    {0, 0, NULL, NULL, NULL, NULL},
};

void lcp_fresh(struct fsm *f)
{
	struct ppp *p = lcp_link(f);

	p->peer_mru = PPP_MRU_DEFAULT;
	p->pfc = p->acfc = false;
}

void lcp_reset(struct ppp *p)
{
	p->magic = fresh_magic(p);
	p->ask_magic = p->ask_mru = true;
	p->auth_naked = false;
	p->mru = p->config.mru ? p->config.mru : PPP_MRU_DEFAULT;
	p->methods = (unsigned)p->config.pap << PPP_AUTH_PAP |
		     (unsigned)p->config.chap << PPP_AUTH_CHAP |
		     (unsigned)p->config.mschapv1 << PPP_AUTH_MSCHAPV1 |
		     (unsigned)p->config.mschapv2 << PPP_AUTH_MSCHAPV2 |
		     (unsigned)p->config.eap << PPP_AUTH_EAP;
	p->method = auth_strongest(p->methods);
}
