/*
 * From the wire to the TUN: a batch of datagrams is sorted, decrypted as a
 * whole, and each packet then held to what its SA and its session allow.
 *
 *     UDP 4500 | non-ESP marker or ESP (RFC 3948)
 *     ESP      | UDP | L2TP data header (RFC 2661 3.1) | PPP | IPv4
 *
 * Nothing is looked up by an outer address: the SA gives the peer, and a
 * session must be that peer's. What is not an IPv4 packet of a user goes to
 * the control side as it is.
 */
#include "engine/dataplane/inbound.h"

#include "engine/base/env.h"
#include "engine/dataplane/ip.h"
#include "engine/dataplane/stranger.h"
#include "engine/l2tp/header.h"
#include "engine/ppp/frame.h"

#define NAT_KEEPALIVE 0xff
#define DHCP_SERVER_PORT 67
#define IKE_COOKIE 8
/* What a peer may send to the control side: far more than L2TP and PPP ever say. */
#define SPAN (10 * MSEC)
#define ASKS_A_SPAN 64

static void to_ike(struct worker *w, const struct packet *p)
{
	struct rd r = packet_rd(p), cookies;
	struct event *e;
	size_t len;
	bool first;

	rd_skip(&r, 4);
	len = rd_left(&r);
	cookies = r;
	rd_skip(&cookies, IKE_COOKIE); /* the client's; ours is zero in what only begins */
	first = rd_u64(&cookies) == 0;
	e = outbox_event(&w->outbox, first ? EVENT_IKE_FIRST : EVENT_IKE, len);
	if (!e)
		return;
	e->path = p->path;
	rd_copy(&r, e->bytes, len);
	outbox_commit(&w->outbox);
}

/* Mine, or another worker's? */
static void sort(struct worker *w, struct packet *p, uint32_t spi)
{
	unsigned owner = owner_of_spi(w->tables.owners, spi);

	if (owner == w->number)
		w->in[w->ins++] = p;
	else
		stranger_give(w, owner, p);
}

void inbound_udp(struct worker *w, struct packet *p)
{
	struct rd r = packet_rd(p);
	uint32_t first = rd_u32(&r);

	if (p->len == 1 && p->data[0] == NAT_KEEPALIVE)
		count(&w->stats.nat_keepalives, 1);
	else if (r.bad)
		count(&w->stats.short_esp, 1);
	else if (first == 0)
		to_ike(w, p);
	else
		sort(w, p, first);
}

void inbound_esp(struct worker *w, struct packet *p)
{
	struct rd r = packet_rd(p);

	sort(w, p, rd_u32(&r));
}

/* Before decryption: has it an SA, can its length be right, is its number new? */
static bool admit(struct worker *w, struct packet *p, struct esp_job *job)
{
	struct esp_header h;
	struct dp_sa *sa;

	if (!esp_peek(p, &h)) {
		count(&w->stats.short_esp, 1);
		return false;
	}
	sa = tables_sa(&w->tables, h.spi);
	if (!sa) {
		count(&w->stats.unknown_spi, 1);
		return false;
	}
	if (!esp_open(p, sa->in.key, job)) {
		count(&sa->in.malformed, 1);
		count(&sa->in.errors, 1);
		return false;
	}
	if (!replay_check(&sa->replay, h.sequence)) {
		count(&sa->in.replay_failed, 1);
		count(&sa->in.errors, 1);
		return false;
	}
	p->sa = sa;
	return true;
}

/* The peer is where his newest authentic packet came from (RFC 3948 appendix A, RFC 3947 6). */
static void follow(struct worker *w, struct dp_sa *sa, const struct packet *p, bool newest)
{
	struct event *e;

	if (!newest || !p->udp || !sa->udp_encap || path_equal(&p->path, &sa->peer->path))
		return;
	e = outbox_event(&w->outbox, EVENT_MOVED, 0);
	if (!e)
		return; /* the next packet tries again */
	e->spi = sa->in.spi;
	e->path = p->path;
	sa->peer->path = p->path;
	outbox_commit(&w->outbox);
}

static void confirm(struct worker *w, struct dp_sa *sa)
{
	struct event *e;

	if (sa->confirmed || !(e = outbox_event(&w->outbox, EVENT_CONFIRMED, 0)))
		return;
	e->spi = sa->in.spi;
	sa->confirmed = true;
	outbox_commit(&w->outbox);
}

/* After decryption: window, padding, counters. False: dropped and counted. */
static bool accept_packet(struct worker *w, struct packet *p, bool authentic, uint8_t *next)
{
	struct dp_sa *sa = p->sa;
	struct half *in = &sa->in;
	struct esp_header h;
	bool newest;

	esp_peek(p, &h);
	newest = h.sequence > sa->replay.top;
	if (!authentic) {
		count(&in->auth_failed, 1);
		count(&in->errors, 1);
		return false;
	}
	if (!replay_update(&sa->replay, h.sequence)) {
		count(&in->replay_failed, 1);
		count(&in->errors, 1);
		return false;
	}
	if (!esp_strip(p, in->key, next)) {
		count(&in->malformed, 1);
		count(&in->errors, 1);
		return false;
	}
	count(&in->packets, 1);
	count(&in->bytes, p->len);
	in->sequence = sa->replay.top;
	set(&in->newest, sa->replay.top);
	set(&in->bitmap, replay_bitmap(&sa->replay));
	set(&in->last_used, w->now);
	follow(w, sa, p, newest);
	confirm(w, sa);
	sa_lifetime(sa, in, &w->outbox);
	return true;
}

static bool selector_has(const struct selector *s, uint32_t address)
{
	uint32_t mask = addr_to_v4(&s->mask);

	return (address & mask) == (addr_to_v4(&s->addr) & mask);
}

/* Tunnel mode: an IP header of its own, within the selectors. */
static bool unwrap_tunnel(struct dp_sa *sa, struct packet *p)
{
	struct ipv4 ip;

	if (!ipv4_parse(p->data, p->len, &ip) || ip.protocol != IPPROTO_UDP ||
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

static void to_l2tp(struct worker *w, const struct dp_sa *sa, const struct packet *p,
    uint16_t local, uint16_t remote)
{
	struct rd r = packet_rd(p);
	struct event *e;

	if (!may_ask(w, sa->peer) || !(e = outbox_event(&w->outbox, EVENT_L2TP, p->len)))
		return;
	e->spi = sa->in.spi;
	e->local_port = local;
	e->remote_port = remote;
	rd_copy(&r, e->bytes, p->len);
	outbox_commit(&w->outbox);
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

/* One IPv4 packet of a user. */
static void to_tun(struct worker *w, struct dp_link *l, struct packet *p)
{
	struct ipv4 ip;

	if (!l->is.open) {
		count(&w->stats.not_for_session, 1);
		count(&l->drop_in, 1);
		return;
	}
	if (!ipv4_parse(p->data, p->len, &ip) || ip.src != l->client) {
		count(&w->stats.bad_source, 1);
		count(&l->drop_in, 1);
		return;
	}
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

static void deliver(struct worker *w, struct packet *p, uint8_t next)
{
	struct dp_sa *sa = p->sa;
	struct l2tp_data data;
	struct dp_link *l;
	uint16_t local, remote;
	size_t end;

	if (next == ESP_NEXT_NONE)
		return; /* traffic flow confidentiality (RFC 4303 2.6) */
	if (next != (sa->transport ? ESP_NEXT_UDP : ESP_NEXT_IPV4) ||
	    (!sa->transport && !unwrap_tunnel(sa, p)) || !unwrap_udp(sa, p, &local, &remote)) {
		count(&sa->in.policy_failed, 1);
		return;
	}
	if (!parse_data(p, &data, &end)) {
		to_l2tp(w, sa, p, local, remote);
		return;
	}
	l = w->tables.links[data.session];
	if (l && (l->peer != sa->peer || l->is.tunnel != data.tunnel)) {
		count(&w->stats.not_for_session, 1);
		return;
	}
	if (data.ppp != PROTO_IP) {
		to_l2tp(w, sa, p, local, remote);
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
	packet_trim(p, end);
	packet_pull(p, data.header);
	to_tun(w, l, p);
}

void inbound_run(struct worker *w)
{
	struct packet *admitted[BATCH];
	size_t n = 0;
	uint8_t next;

	count(&w->stats.rx_packets, w->ins);
	for (size_t i = 0; i < w->ins; i++)
		if (admit(w, w->in[i], &w->in_job[n]))
			admitted[n++] = w->in[i];
	w->ins = 0;
	if (n == 0)
		return;
	crypt_run(w->crypt, w->in_job, n, false);
	for (size_t i = 0; i < n; i++)
		if (accept_packet(w, admitted[i], w->in_job[i].ok, &next))
			deliver(w, admitted[i], next);
}
