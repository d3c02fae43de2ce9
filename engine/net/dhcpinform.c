/*
 * DHCPINFORM and its answer (RFC 2131, options RFC 2132, classless routes
 * RFC 3442 and Microsoft's same bytes under 249, long options RFC 3396).
 *
 *   | IPv4 20 | UDP 8 | op htype hlen hops | xid 4 | secs 2 flags 2 | ciaddr 4 | yiaddr 4 |
 *   | siaddr 4 | giaddr 4 | chaddr 16 | sname 64 | file 128 | 63 82 53 63 | options ... |
 */
#include "engine/net/dhcpinform.h"

#include "engine/net/ipv4.h"

enum { SERVER_PORT = 67, CLIENT_PORT = 68, BOOTREQUEST = 1, BOOTREPLY = 2, MAGIC = 0x63825363 };
enum { BOOTP_MIN = 300, SNAME_AND_FILE = 192 };
enum {
	OPTION_PAD = 0,
	OPTION_MASK = 1,
	OPTION_DOMAIN = 15,
	OPTION_TYPE = 53,
	OPTION_SERVER = 54,
	OPTION_WISHES = 55,
	OPTION_ROUTES = 121,
	OPTION_MS_ROUTES = 249,
	OPTION_END = 255
};
enum { DHCPACK = 5, DHCPINFORM = 8 };

/* ---- the request ------------------------------------------------------ */

/* Leaves the cursor at the BOOTP message of a UDP datagram from 68 to 67. */
static bool unwrap(struct rd *r)
{
	struct ipv4 ip;
	struct udp udp;

	if (!ipv4_parse(r->p, rd_left(r), &ip) || ip.protocol != IPPROTO_UDP ||
	    ipv4_is_fragment(&ip))
		return false;
	rd_skip(r, ip.header);
	*r = rd_sub(r, ip.total - (size_t)ip.header);
	return udp_parse(r, &udp) && udp.src == CLIENT_PORT && udp.dst == SERVER_PORT;
}

static void read_wishes(struct rd value, struct dhcpinform *d)
{
	while (rd_left(&value)) {
		uint8_t wish = rd_u8(&value);

		d->wants_mask = d->wants_mask || wish == OPTION_MASK;
		d->wants_domain = d->wants_domain || wish == OPTION_DOMAIN;
		d->wants_routes = d->wants_routes || wish == OPTION_ROUTES;
		d->wants_ms_routes = d->wants_ms_routes || wish == OPTION_MS_ROUTES;
	}
}

/* True when the options say that this is a DHCPINFORM. */
static bool read_options(struct rd *r, struct dhcpinform *d)
{
	bool inform = false;

	while (rd_left(r)) {
		uint8_t code = rd_u8(r);
		struct rd value;

		if (code == OPTION_PAD)
			continue;
		if (code == OPTION_END)
			break;
		value = rd_sub(r, rd_u8(r));
		if (value.bad)
			return false;
		if (code == OPTION_TYPE)
			inform = rd_u8(&value) == DHCPINFORM;
		else if (code == OPTION_WISHES)
			read_wishes(value, d);
	}
	return inform;
}

bool dhcpinform_read(const uint8_t *packet, size_t len, struct dhcpinform *d)
{
	struct rd r = rd_init(packet, len);
	uint8_t op;

	memset(d, 0, sizeof *d);
	if (!unwrap(&r))
		return false;
	op = rd_u8(&r);
	d->htype = rd_u8(&r);
	d->hlen = rd_u8(&r);
	rd_skip(&r, 1);
	d->xid = rd_u32(&r);
	rd_skip(&r, 2);
	d->flags = rd_u16(&r);
	d->client = addr_v4(rd_u32(&r));
	rd_skip(&r, 12);
	rd_copy(&r, d->chaddr, sizeof d->chaddr);
	rd_skip(&r, SNAME_AND_FILE);
	if (rd_u32(&r) != MAGIC || op != BOOTREQUEST || d->hlen > sizeof d->chaddr)
		return false;
	return read_options(&r, d);
}

/* ---- the answer ------------------------------------------------------- */

/* RFC 3396: a value longer than 255 bytes stands in several options of the same code. */
static void put_option(struct wr *w, uint8_t code, const uint8_t *value, size_t len)
{
	struct rd r = rd_init(value, len);

	while (rd_left(&r)) {
		size_t part = rd_left(&r) > 255 ? 255 : rd_left(&r);

		const uint8_t *bytes = rd_bytes(&r, part);

		if (!bytes)
			return;
		wr_u8(w, code);
		wr_u8(w, (unsigned)part);
		wr_bytes(w, bytes, part);
	}
}

static void put_address(struct wr *w, uint8_t code, const struct addr *a)
{
	wr_u8(w, code);
	wr_u8(w, 4);
	wr_u32(w, addr_to_v4(a));
}

/* RFC 3442: width, the destination's significant bytes, router. A mask with holes is no route. */
static void put_routes(struct wr *w, uint8_t code, const struct dhcpinform_offer *o)
{
	uint8_t list[DHCPINFORM_ROUTES_MAX * 9];
	struct wr l = wr_init(list, sizeof list);

	for (size_t i = 0; i < o->n_routes && i < DHCPINFORM_ROUTES_MAX; i++) {
		int width = mask_prefix(&o->routes[i].mask);
		uint32_t dest = addr_to_v4(&o->routes[i].dest) & addr_to_v4(&o->routes[i].mask);

		if (width < 0)
			continue;
		wr_u8(&l, (unsigned)width);
		for (int bits = 0; bits < width; bits += 8)
			wr_u8(&l, dest >> (24 - bits));
		wr_u32(&l, addr_to_v4(&o->gateway));
	}
	put_option(w, code, list, wr_len(&l));
}

static void put_bootp(struct wr *w, const struct dhcpinform *d, const struct dhcpinform_offer *o)
{
	size_t start = wr_len(w);

	wr_u8(w, BOOTREPLY);
	wr_u8(w, d->htype);
	wr_u8(w, d->hlen);
	wr_u8(w, 0);
	wr_u32(w, d->xid);
	wr_u16(w, 0);
	wr_u16(w, d->flags);
	wr_u32(w, addr_to_v4(&d->client));
	wr_zero(w, 12); /* yiaddr 0: nothing is leased (RFC 2131 4.3.5) */
	wr_bytes(w, d->chaddr, sizeof d->chaddr);
	wr_zero(w, SNAME_AND_FILE);
	wr_u32(w, MAGIC);
	wr_u8(w, OPTION_TYPE);
	wr_u8(w, 1);
	wr_u8(w, DHCPACK);
	put_address(w, OPTION_SERVER, &o->server);
	if (d->wants_mask && o->mask.family)
		put_address(w, OPTION_MASK, &o->mask);
	if (d->wants_domain && o->domain)
		put_option(w, OPTION_DOMAIN, (const uint8_t *)o->domain, strlen(o->domain));
	if (d->wants_routes && o->n_routes)
		put_routes(w, OPTION_ROUTES, o);
	if (d->wants_ms_routes && o->n_routes)
		put_routes(w, OPTION_MS_ROUTES, o);
	wr_u8(w, OPTION_END);
	if (wr_len(w) - start < BOOTP_MIN)
		wr_zero(w, BOOTP_MIN - (wr_len(w) - start));
}

size_t dhcpinform_answer(const struct dhcpinform *d, const struct dhcpinform_offer *o, uint8_t *to,
    size_t size)
{
	struct wr w = wr_init(to, size), front = w;
	size_t len;

	wr_zero(&w, IP_HEADER + UDP_HEADER);
	put_bootp(&w, d, o);
	if (w.full)
		return 0;
	len = wr_len(&w) - IP_HEADER;
	ipv4_header(&front, IPPROTO_UDP, addr_to_v4(&o->server), addr_to_v4(&d->client), 0, 0, len);
	udp_header(&front, SERVER_PORT, CLIENT_PORT, len - UDP_HEADER);
	return wr_len(&w);
}
