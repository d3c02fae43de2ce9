/*
 * DHCPINFORM and its answer (RFC 2131, options RFC 2132, classless routes
 * RFC 3442 and Microsoft's same bytes under 249, search lists RFC 3397, long
 * options RFC 3396). See inform.h; nothing is kept.
 */
#include "engine/dhcp/inform.h"

#include <stdlib.h>

#include "engine/net/ipv4.h"

#define HEADERS (IP_HEADER + UDP_HEADER)
#define LEAST_TAKEN 576 /* what every client takes (RFC 2131 2), with its headers */
#define LABEL_MAX 63
#define SEARCH_MAX 255

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
	return udp_parse(r, &udp) && udp.src == DHCP_CLIENT_PORT && udp.dst == DHCP_SERVER_PORT;
}

static void take(const struct dhcp_message *m, struct dhcp_inform *d)
{
	struct rd wishes = dhcp_value(m, DHCP_WISHES), most = dhcp_value(m, DHCP_MAX_SIZE);

	d->head = m->head;
	while (rd_left(&wishes))
		d->wants[rd_u8(&wishes)] = true;
	if (rd_left(&most) == 2)
		d->most = rd_u16(&most);
}

bool dhcp_inform_read(const uint8_t *packet, size_t len, struct dhcp_inform *d)
{
	struct rd r = rd_init(packet, len);
	struct dhcp_message *m;
	bool is;

	memset(d, 0, sizeof *d);
	if (!unwrap(&r) || !(m = malloc(sizeof *m)))
		return false;
	is = dhcp_read(r.p, rd_left(&r), m) && m->head.op == DHCP_REQUEST_OP &&
	     dhcp_type(m) == DHCPINFORM;
	if (is)
		take(m, d);
	free(m);
	return is;
}

/* ---- the answer ------------------------------------------------------- */

/* RFC 3442: width, the destination's significant bytes, router. */
static void put_route(struct wr *w, uint32_t net, int width, const struct addr *gateway)
{
	wr_u8(w, (unsigned)width);
	for (int bits = 0; bits < width; bits += 8)
		wr_u8(w, net >> (24 - bits));
	wr_u32(w, addr_to_v4(gateway));
}

/* As many as have room in an option, parts and all; those that have not are counted. */
static size_t routes_of(
    const struct dhcp_inform_offer *o, uint8_t *to, size_t room, size_t *left_out)
{
	struct wr w = wr_init(to, room);
	size_t len = 0;
	uint64_t at = 0;
	uint32_t net;
	int width;

	*left_out = 0;
	while (networks_next(o->routes, &at, &net, &width)) {
		put_route(&w, net, width, &o->gateway);
		if (w.full)
			(*left_out)++;
		else
			len = wr_len(&w);
	}
	return len;
}

/* RFC 1035 3.1, without pointers: labels, each behind its length. False: no name. */
static bool put_name(struct wr *w, const char *name, size_t len)
{
	while (len) {
		size_t label = 0;

		while (label < len && name[label] != '.')
			label++;
		if (label == 0 || label > LABEL_MAX)
			return false;
		wr_u8(w, (unsigned)label);
		wr_bytes(w, name, label);
		if (label < len)
			label++;
		name += label;
		len -= label;
	}
	wr_u8(w, 0);
	return !w->full;
}

static void put_search(struct wr *w, const char *names)
{
	uint8_t list[SEARCH_MAX];
	struct wr l = wr_init(list, sizeof list), good = l;

	for (size_t len; *names; names += len + (names[len] == ' ')) {
		len = strcspn(names, " ");
		if (put_name(&l, names, len))
			good = l;
		else
			l = good;
	}
	dhcp_put(w, DHCP_SEARCH, list, wr_len(&good));
}

static void put_addrs(struct wr *w, enum dhcp_option code, const struct addr v[2])
{
	uint8_t list[8];
	struct wr l = wr_init(list, sizeof list);

	for (int i = 0; i < 2; i++)
		if (v[i].family)
			wr_u32(&l, addr_to_v4(&v[i]));
	dhcp_put(w, code, list, wr_len(&l));
}

/* All but the routes. */
static void put_rest(struct wr *w, const struct dhcp_inform *d, const struct dhcp_inform_offer *o)
{
	struct dhcp_head h = d->head;

	h.op = DHCP_REPLY_OP;
	h.hops = 0;
	h.secs = 0;
	h.yiaddr = h.giaddr = (struct addr){0}; /* nothing is leased (RFC 2131 4.3.5) */
	dhcp_begin(w, &h, DHCPACK);
	dhcp_put_addr(w, DHCP_SERVER, &o->server);
	if (d->wants[DHCP_MASK])
		dhcp_put_addr(w, DHCP_MASK, &o->mask);
	if (d->wants[DHCP_DNS])
		put_addrs(w, DHCP_DNS, o->dns);
	if (d->wants[DHCP_DOMAIN] && o->domain)
		dhcp_put(w, DHCP_DOMAIN, o->domain, strlen(o->domain));
	if (d->wants[DHCP_WINS])
		put_addrs(w, DHCP_WINS, o->wins);
	if (d->wants[DHCP_SEARCH] && o->search)
		put_search(w, o->search);
}

/* Bytes of a value so long that there are `room` for, with the heads of its parts. */
static size_t value_room(size_t room)
{
	return room - (room + 256) / 257 * 2;
}

/* Both options if both fit whole, else one, else what of one fits. */
static void put_routes(
    struct wr *w, const struct dhcp_inform *d, const struct dhcp_inform_offer *o, size_t *left_out)
{
	uint8_t list[DHCP_INFORM_ANSWER_MAX];
	size_t room = (size_t)(w->end - w->p), len, parts;
	bool both = d->wants[DHCP_ROUTES] && d->wants[DHCP_MS_ROUTES];

	*left_out = 0;
	if (w->full || room < 4 || !o->routes ||
	    !(d->wants[DHCP_ROUTES] || d->wants[DHCP_MS_ROUTES]))
		return;
	room--; /* of the end */
	len = routes_of(o, list, value_room(room), left_out);
	parts = (len + 254) / 255 * 2;
	if (d->wants[DHCP_ROUTES])
		dhcp_put(w, DHCP_ROUTES, list, len);
	if (!d->wants[DHCP_ROUTES] || (both && !*left_out && 2 * (len + parts) <= room))
		dhcp_put(w, DHCP_MS_ROUTES, list, len);
}

static size_t room_of(const struct dhcp_inform *d, size_t size)
{
	size_t most = d->most < LEAST_TAKEN - HEADERS ? LEAST_TAKEN : d->most + (size_t)HEADERS;

	if (size > DHCP_INFORM_ANSWER_MAX)
		size = DHCP_INFORM_ANSWER_MAX;
	return d->most && most < size ? most : size;
}

size_t dhcp_inform_answer(const struct dhcp_inform *d, const struct dhcp_inform_offer *o,
    uint8_t *to, size_t size, size_t *left_out)
{
	size_t room = room_of(d, size), len;
	struct wr w = wr_init(to, room), front = w;

	wr_zero(&w, HEADERS);
	put_rest(&w, d, o);
	put_routes(&w, d, o, left_out);
	dhcp_end(&w, HEADERS);
	if (w.full)
		return 0;
	len = wr_len(&w) - IP_HEADER;
	ipv4_header(
	    &front, IPPROTO_UDP, addr_to_v4(&o->server), addr_to_v4(&d->head.ciaddr), 0, 0, len);
	udp_header(&front, DHCP_SERVER_PORT, DHCP_CLIENT_PORT, len - UDP_HEADER);
	return wr_len(&w);
}
