/*
 * The address of a login (address.h). Identity and life: its session's login.
 * It is taken once, from one of three origins, and given back there.
 */
#include "engine/session/address.h"

#include <stdio.h>

#include "engine/session/address_cure.h"
#include "engine/session/lease.h"
#include "engine/session/peer.h"

/* What the log calls the session by. */
static unsigned number(const struct session *s)
{
	return s->peer->index * 4096;
}

/* ---- what somebody has said ---------------------------------------------------- */

static bool is_fixed(const struct session *s)
{
	return s->gw->config->addr_assign.aaa && addr_to_v4(&s->framed_ip);
}

static bool take_fixed(struct session *s)
{
	struct log *log = &s->gw->trace->log;
	const struct addr *a = &s->framed_ip;
	char text[ADDR_TEXT_MAX];

	addr_text(a, text);
	if (!pool_take_fixed(&s->gw->pools, s, addr_to_v4(a))) {
		log_say(log, 737009,
		    "IPAA: Session=0x%08X, AAA assigned address %s, request failed", number(s),
		    text);
		return false;
	}
	s->address = addr_to_v4(a);
	s->origin = ADDRESS_AAA;
	log_say(log, 737010, "IPAA: Session=0x%08X, AAA assigned address %s, request succeeded",
	    number(s), text);
	return true;
}

/* ---- local pools ------------------------------------------------------------------ */

/* The one that the client had before, if it is in one of his pools and free. */
static const struct cfg_pool *take_again(struct session *s)
{
	struct gateway *gw = s->gw;
	uint32_t had = s->peer->had;

	for (size_t n = 0; had && n < s->policy->n_pools; n++) {
		const struct cfg_pool *p = config_pool(gw->config, s->policy->pools[n]);

		if (!p || !pool_usable(&gw->pools, p, had) ||
		    !pool_take_fixed(&gw->pools, s, had))
			continue;
		s->address = had;
		return p;
	}
	return NULL;
}

static bool take_local(struct session *s)
{
	struct gateway *gw = s->gw;
	struct log *log = &gw->trace->log;
	const struct cfg_pool *p = NULL;
	char text[ADDR_TEXT_MAX];
	struct addr a;

	p = take_again(s);
	for (size_t n = 0; n < s->policy->n_pools && !s->address; n++) {
		p = config_pool(gw->config, s->policy->pools[n]);
		if (p)
			(void)pool_take(&gw->pools, p, s, &s->address);
	}
	if (!s->address && s->policy->n_pools)
		log_say(log, 737007,
		    "IPAA: Session=0x%08X, Local pool request failed for tunnel-group '%s'",
		    number(s), s->peer->tunnel_group);
	if (!s->address || !p)
		return false;
	a = addr_v4(s->address);
	s->origin = ADDRESS_LOCAL;
	s->pool = intern_text(&gw->texts, p->name);
	log_say(log, 737006,
	    "IPAA: Session=0x%08X, Local pool request succeeded for tunnel-group '%s'", number(s),
	    s->peer->tunnel_group);
	log_say(log, 737026, "IPAA: Session=0x%08X, Client assigned %s from local pool %s",
	    number(s), addr_text(&a, text), p->name);
	return true;
}

/* ---- DHCP ---------------------------------------------------------------------------- */

bool address_prepare(struct session *s, void (*ready)(struct session *))
{
	if (s->address || is_fixed(s) || !s->gw->config->addr_assign.dhcp)
		return false;
	lease_end(s); /* of a negotiation that is over */
	return lease_begin(s, ready);
}

void address_hurry(struct session *s)
{
	lease_hurry(s);
}

/* ---- all of them ---------------------------------------------------------------------- */

bool address_take(struct session *s)
{
	if (s->address)
		return true; /* leased, or the same login negotiated again */
	if (is_fixed(s))
		return take_fixed(s);
	return s->gw->config->addr_assign.local && take_local(s);
}

/* Which of his sources is switched off, in words of `vpn-addr-assign`; NULL: none. */
static const char *switched_off(const struct session *s, bool dhcp, bool pools)
{
	const struct cfg_addr_assign *on = &s->gw->config->addr_assign;

	if (pools && !on->local)
		return "local";
	if (pools || (dhcp && on->dhcp))
		return NULL;
	return dhcp ? "dhcp" : addr_to_v4(&s->framed_ip) ? "aaa" : NULL;
}

enum reason address_denied(const struct session *s, char cure[CURE_MAX])
{
	const struct cfg_tunnel_group *g = peer_group(s->peer);
	bool dhcp = g && g->dhcp.n, pools = false;
	const char *off;
	enum reason why;

	*cure = '\0';
	if (is_fixed(s))
		return REASON_ADDRESS_TAKEN;
	for (size_t n = 0; n < s->policy->n_pools; n++)
		pools |= config_pool(s->gw->config, s->policy->pools[n]) != NULL;
	off = switched_off(s, dhcp, pools);
	if (off) {
		cure_add(cure, CURE_ASSIGN, &(struct cure_names){.source = off});
		return REASON_ADDRESS_ASSIGN_OFF;
	}
	why = pools ? REASON_NO_ADDRESS : dhcp ? REASON_NO_LEASE : REASON_NO_POOL;
	if (why != REASON_NO_LEASE)
		address_cure(s, why, cure);
	return why;
}

void address_give(struct session *s)
{
	struct log *log = &s->gw->trace->log;
	struct addr client = addr_v4(s->address);
	char text[ADDR_TEXT_MAX];

	if (!s->address) {
		lease_end(s);
		return;
	}
	addr_text(&client, text);
	pool_give(&s->gw->pools, s->address, s->origin == ADDRESS_LOCAL);
	if (s->origin == ADDRESS_LOCAL)
		log_say(log, 737016, "IPAA: Session=0x%08X, Freeing local pool %s address %s",
		    number(s), s->pool ? s->pool : "", text);
	else if (s->origin == ADDRESS_DHCP)
		log_say(
		    log, 737015, "IPAA: Session=0x%08X, Freeing DHCP address %s", number(s), text);
	else
		log_say(
		    log, 737014, "IPAA: Session=0x%08X, Freeing AAA address %s", number(s), text);
	lease_end(s);
	s->address = 0;
	intern_drop(&s->gw->texts, s->pool);
	s->pool = NULL;
}
