/*
 * The messages of a DHCP client (RFC 2131 4.4.1, table 5) and the leases in
 * those that it gets. Pure but for the op that sends.
 *
 *                  ciaddr     option 50   option 54
 *   DISCOVER       0          -           -            to all
 *   REQUEST        0          offered     the server   to all: SELECTING
 *                  0          before      -            to all: INIT-REBOOT
 *                  leased     -           -            to the server: RENEWING; to all: REBINDING
 *   DECLINE        0          leased      the server   to all: PROBING
 *   RELEASE        leased     -           the server   to the server
 */
#include "engine/dhcp/say.h"

#include <string.h>

#define RELAY_HOPS 1
#define LEASE_MIN 4	/* seconds; one that is over sooner is none */
#define RENEW_MIN 30	/* more often it is asked for only where the lease is that short */
#define SAYS_UP_TO 1472 /* what fits into one Ethernet frame */

static const uint8_t WISHES[] = {
    DHCP_MASK, DHCP_ROUTER, DHCP_DNS, DHCP_DOMAIN, DHCP_WINS, DHCP_LEASE, DHCP_RENEW, DHCP_REBIND};

/* ---- saying ------------------------------------------------------------------ */

/* What tells the server which network, where that is not the relay's address. */
static void put_selection(struct wr *w, const struct dhcp_client *c, const struct dhcp_server *s)
{
	uint8_t link[6] = {5, 4};
	struct wr part = wr_init(link + 2, 4);

	if (!c->self.scope.family || s->selection == DHCP_BY_RELAY)
		return;
	if (s->selection == DHCP_BY_SUBNET) {
		dhcp_put_addr(w, DHCP_SUBNET, &c->self.scope);
		return;
	}
	wr_u32(&part, addr_to_v4(&c->self.scope));
	dhcp_put(w, DHCP_RELAY, link, sizeof link);
}

static void put_wishes(struct wr *w)
{
	uint8_t most[2] = {SAYS_UP_TO >> 8, SAYS_UP_TO & 0xff};

	dhcp_put(w, DHCP_WISHES, WISHES, sizeof WISHES);
	dhcp_put(w, DHCP_MAX_SIZE, most, sizeof most);
}

/* What stands in the head of each. */
static struct dhcp_head head_of(const struct dhcp_client *c, const struct dhcp_server *s)
{
	uint64_t secs = (c->env->now(c->env) - c->began) / SEC;
	struct dhcp_head h = {.op = DHCP_REQUEST_OP,
	    .htype = c->self.htype,
	    .hlen = c->self.hlen,
	    .xid = c->xid,
	    .secs = (uint16_t)(secs > UINT16_MAX ? UINT16_MAX : secs)};

	memcpy(h.chaddr, c->self.chaddr, sizeof h.chaddr);
	if (s) {
		h.hops = RELAY_HOPS;
		h.giaddr = s->selection == DHCP_BY_RELAY && c->self.scope.family ? c->self.scope
										 : s->relay;
	}
	return h;
}

void dhcp_say(struct dhcp_client *c, enum dhcp_type type, const struct addr *to)
{
	const struct dhcp_server *s = c->self.n_servers ? &c->self.server[c->asked] : NULL;
	struct dhcp_head h = head_of(c, s);
	uint8_t buf[SAYS_UP_TO];
	struct wr w = wr_init(buf, sizeof buf);
	bool choosing = c->state == DHCP_REQUESTING || c->state == DHCP_REBOOTING ||
			type == DHCPDISCOVER || type == DHCPDECLINE;
	bool ends = type == DHCPDECLINE || type == DHCPRELEASE;

	if (!choosing)
		h.ciaddr = c->lease.address;
	dhcp_begin(&w, &h, type);
	dhcp_put(&w, DHCP_CLIENT_ID, c->self.id, c->self.id_len);
	if (choosing)
		dhcp_put_addr(&w, DHCP_REQUESTED, &c->offer.address);
	if (c->state == DHCP_REQUESTING || ends)
		dhcp_put_addr(
		    &w, DHCP_SERVER, type == DHCPRELEASE ? &c->lease.server : &c->offer.server);
	if (!ends) {
		dhcp_put(&w, DHCP_HOSTNAME, c->self.hostname, strlen(c->self.hostname));
		put_wishes(&w);
	}
	if (s)
		put_selection(&w, c, s);
	dhcp_end(&w, 0);
	if (!w.full)
		c->ops->send(c, to, buf, wr_len(&w));
}

/* ---- hearing -------------------------------------------------------------------- */

/* Of the class of the address, as before there were masks. */
static struct addr natural_mask(const struct addr *a)
{
	uint32_t v = addr_to_v4(a);

	return prefix_mask(v >> 31 == 0 ? 8 : v >> 30 == 2 ? 16 : 24);
}

static bool is_host(const struct addr *a)
{
	uint32_t v = addr_to_v4(a);

	return v >> 24 != 0 && v >> 24 != 127 && v < 0xe0000000;
}

/* T1 and T2, where the server says nothing, or nonsense (RFC 2131 4.4.5). */
static void set_times(struct dhcp_lease *l)
{
	if (!l->rebind || l->rebind >= l->seconds)
		l->rebind = (uint32_t)((uint64_t)l->seconds * 7 / 8);
	if (!l->renew || l->renew >= l->rebind)
		l->renew = l->seconds / 2;
	if (l->renew < RENEW_MIN && l->renew < l->seconds / 2)
		l->renew = l->seconds / 2 < RENEW_MIN ? l->seconds / 2 : RENEW_MIN;
	if (l->renew > l->rebind)
		l->renew = l->rebind;
}

bool dhcp_lease_read(const struct dhcp_message *m, const struct addr *from, struct dhcp_lease *l)
{
	*l = (struct dhcp_lease){
	    .address = m->head.yiaddr,
	    .mask = dhcp_addr(m, DHCP_MASK),
	    .gateway = dhcp_addr(m, DHCP_ROUTER),
	    .server = dhcp_addr(m, DHCP_SERVER),
	    .seconds = dhcp_number(m, DHCP_LEASE),
	    .renew = dhcp_number(m, DHCP_RENEW),
	    .rebind = dhcp_number(m, DHCP_REBIND),
	};
	if (!l->server.family)
		l->server = *from;
	if (mask_prefix(&l->mask) < 1)
		l->mask = natural_mask(&l->address);
	if (!is_host(&l->gateway))
		l->gateway = (struct addr){0};
	(void)dhcp_addrs(m, DHCP_DNS, l->dns, 2);
	(void)dhcp_addrs(m, DHCP_WINS, l->wins, 2);
	dhcp_text(m, DHCP_DOMAIN, l->domain, sizeof l->domain);
	set_times(l);
	return is_host(&l->address) && is_host(&l->server) && l->seconds >= LEASE_MIN;
}
