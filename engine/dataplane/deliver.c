/*
 * What an SA carried, to where it belongs: each packet is held to what its SA
 * and its session allow; see deliver.h.
 *
 *     ESP | UDP | L2TP data header (RFC 2661 3.1) | PPP | IPv4
 *
 * A session must be the SA's peer's. What is not an IPv4 packet of a user goes
 * to the control side as it is.
 */
#include "engine/dataplane/deliver.h"

#include "engine/base/env.h"
#include "engine/dataplane/held.h"
#include "engine/dataplane/ip.h"
#include "engine/l2tp/header.h"
#include "engine/ppp/frame.h"

#define DHCP_SERVER_PORT 67
/* What a peer may send to the control side: far more than L2TP and PPP ever say. */
#define SPAN (10 * MSEC)
#define ASKS_A_SPAN 64
#define ASTRAY_AGAIN SEC /* the control side hears of a user's packets that go astray, at most */

static bool selector_has(const struct selector *s, uint32_t address)
{
	uint32_t mask = addr_to_v4(&s->mask);

	return (address & mask) == (addr_to_v4(&s->addr) & mask);
}

/* Tunnel mode: an IP header of its own, within the selectors. */
static bool unwrap_tunnel(struct dp_sa *sa, struct packet *p)
{
	struct ipv4 ip;

	if (!ipv4_parse(p->data, p->len, &ip)) {
		count(&sa->in.bad_inner, 1);
		return false;
	}
	if (ip.protocol != IPPROTO_UDP ||
	    ipv4_is_fragment(&ip) || !selector_has(&sa->remote, ip.src) ||
	    !selector_has(&sa->local, ip.dst))
		return false;
	packet_trim(p, ip.total);
	return packet_pull(p, ip.header);
}

/* Holds the inner UDP header to the SA's selectors. The checksum says nothing that the ICV has
 * not said better, and behind a NAT it is wrong (RFC 3948 3.1.2). */
static bool unwrap_udp(struct dp_sa *sa, struct packet *p, uint16_t *local, uint16_t *remote)
{
	struct rd r = packet_rd(p);
	struct udp h;

	if (!udp_parse(&r, &h) ||
	    (sa->remote.protocol != 0 && sa->remote.protocol != IPPROTO_UDP) ||
	    (sa->remote.port != 0 && sa->remote.port != h.src) ||
	    (sa->local.port != 0 && sa->local.port != h.dst) || h.dst != L2TP_PORT)
		return false;
	*remote = h.src;
	*local = h.dst;
	packet_trim(p, UDP_HEADER + rd_left(&r));
	return packet_pull(p, UDP_HEADER);
}

/* From what ESP carried to what UDP carried. */
static bool unwrap(struct dp_sa *sa, struct packet *p, uint8_t next, uint16_t *local,
    uint16_t *remote)
{
	if (next != (sa->transport ? ESP_NEXT_UDP : ESP_NEXT_IPV4)) {
		count(&sa->in.bad_next, 1);
		return false;
	}
	return (sa->transport || unwrap_tunnel(sa, p)) && unwrap_udp(sa, p, local, remote);
}

/* The ring is for all: a peer that floods it is cut off for the rest of the span. */
static bool may_ask(struct worker *w, struct dp_peer *peer)
{
	if (w->now - peer->tick >= SPAN) {
		peer->tick = w->now;
		peer->asked = 0;
	}
	if (peer->asked++ < ASKS_A_SPAN)
		return true;
	count(&w->stats.too_fast, 1);
	return false;
}

static bool to_l2tp(struct worker *w, const struct dp_sa *sa, const struct packet *p,
    uint16_t local, uint16_t remote)
{
	struct rd r = packet_rd(p);
	struct event *e;

	if (!may_ask(w, sa->peer) || !(e = outbox_event(&w->outbox, EVENT_L2TP, p->len)))
		return false;
	e->spi = sa->in.spi;
	e->local_port = local;
	e->remote_port = remote;
	rd_copy(&r, e->bytes, p->len);
	outbox_commit(&w->outbox);
	return true;
}

struct l2tp_data {
	uint16_t tunnel, session, ppp;
	size_t header; /* L2TP and PPP, in bytes */
};

/* Reads the header of a data message up to the PPP protocol. False: it is a control message, or
 * too short to tell. */
static bool parse_data(const struct packet *p, struct l2tp_data *d, size_t *end)
{
	struct rd r = packet_rd(p);
	struct l2tp_header h;

	if (!l2tp_read_header(&r, &h) || h.control)
		return false;
	*end = h.message;
	d->tunnel = h.tunnel;
	d->session = h.session;
	d->ppp = ppp_unframe(&r);
	d->header = *end - rd_left(&r);
	return !r.bad;
}

/* To a group or to all: no interface would pass it on, and the machine's own services are not meant
 * (RFC 1812 5.3.5). */
static bool to_one(uint32_t address)
{
	return address < 0xe0000000u && address >> 24 != 0 && address >> 24 != 127;
}

/* The source check, RFC 2827. */
static bool from_client(
    struct worker *w, const struct dp_link *l, const struct packet *p, struct ipv4 *ip)
{
	if (!ipv4_parse(p->data, p->len, ip)) {
		count(&w->stats.bad_source, 1);
		return false;
	}
	if (ip->src != l->client) {
		count(&w->stats.bad_source, 1);
		held_spoofed(w, l, p->data, ip);
		return false;
	}
	if (to_one(ip->dst))
		return true;
	count(&w->stats.not_unicast, 1);
	return false;
}

/* One IPv4 packet of a user. */
static void to_tun(struct worker *w, struct dp_link *l, struct packet *p)
{
	struct ipv4 ip;

	if (!l->is.open) {
		count(&w->stats.not_for_session, 1);
		count(&l->drop_in, 1);
		return;
	}
	if (!from_client(w, l, p, &ip)) {
		count(&l->drop_in, 1);
		return;
	}
	if (l->is.filtered && !held_passes(w, l, p->data, &ip, true))
		return;
	packet_trim(p, ip.total);
	tcp_clamp_mss(p->data, &ip, link_mss(l, link_mtu(l)));
	count(&l->packets_in, 1);
	count(&l->bytes_in, ip.total);
	set(&l->last_in, w->now);
	io_tun(w->io, p->data, p->len);
}

/* UDP to a DHCP server's port, inside a data message whose header is known. */
static bool is_dhcp(const struct packet *p, const struct l2tp_data *d, size_t end)
{
	struct rd r = rd_init(p->data, end), udp;
	struct ipv4 ip;

	rd_skip(&r, d->header);
	if (!ipv4_parse(r.p, rd_left(&r), &ip) || ip.protocol != IPPROTO_UDP ||
	    (ip.fragment & IP_OFFSET))
		return false;
	udp = rd_sub(&r, ip.total);
	rd_skip(&udp, ip.header + 2);
	return rd_u16(&udp) == DHCP_SERVER_PORT;
}

/* It names a session of another peer, or of another worker: the control side may know better whose
 * SA this is. */
static void foreign(struct worker *w, struct dp_sa *sa, const struct packet *p,
    const struct l2tp_data *d, uint16_t local, uint16_t remote)
{
	count(&w->stats.not_for_session, 1);
	if (d->ppp == PROTO_IP && sa->astray && w->now - sa->astray < ASTRAY_AGAIN)
		return;
	if (to_l2tp(w, sa, p, local, remote) && d->ppp == PROTO_IP)
		sa->astray = w->now;
}

void deliver(struct worker *w, struct packet *p, uint8_t next)
{
	struct dp_sa *sa = p->sa;
	struct l2tp_data data;
	struct dp_link *l;
	uint16_t local, remote;
	size_t end;

	if (next == ESP_NEXT_NONE)
		return; /* traffic flow confidentiality (RFC 4303 2.6) */
	if (!unwrap(sa, p, next, &local, &remote)) {
		count(&sa->in.policy_failed, 1);
		count(&sa->in.errors, 1);
		return;
	}
	if (!parse_data(p, &data, &end)) {
		to_l2tp(w, sa, p, local, remote);
		return;
	}
	l = tables_link(&w->tables, data.session);
	if (l && (l->peer != sa->peer || l->is.tunnel != data.tunnel)) {
		foreign(w, sa, p, &data, local, remote);
		return;
	}
	if (data.ppp != PROTO_IP) {
		to_l2tp(w, sa, p, local, remote);
		return;
	}
	if (!l && w->tables.owners.others) {
		foreign(w, sa, p, &data, local, remote);
		return;
	}
	if (!l) {
		count(&w->stats.not_for_session, 1);
		return;
	}
	if (l->is.open && l->is.intercept_dhcp && is_dhcp(p, &data, end)) {
		to_l2tp(w, sa, p, local, remote);
		return;
	}
	sa->link = (uintptr_t)l;
	packet_trim(p, end);
	packet_pull(p, data.header);
	to_tun(w, l, p);
}
