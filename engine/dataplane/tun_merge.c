/* Packets into super-packets; see tun_merge.h. */
#include "engine/dataplane/tun_merge.h"

#include <netinet/in.h>

#include "engine/net/checksum.h"
#include "engine/net/l4.h"

#define IP_LENGTH_AT 2
#define IP_SUM_AT 10
#define IP_TTL_AT 8
#define TCP_ACK_AT 8
#define TCP_WINDOW_AT 14
#define TOTAL_MAX 65535

/* What of a packet decides where it goes. */
struct seen {
	const uint8_t *bytes;
	struct ipv4 ip;
	size_t headers, payload;
	uint32_t sequence;
	uint8_t flags;
	bool fits; /* may be one of several */
};

static uint32_t ports(const struct seen *s)
{
	struct rd r = rd_init(s->bytes, s->ip.total);

	rd_skip(&r, s->ip.header);
	return rd_u32(&r);
}

/* Nothing but data and an acknowledgement. */
static bool plain(const struct tun_merge *m, struct seen *s, struct rd r)
{
	if (s->ip.protocol == IPPROTO_UDP) {
		rd_skip(&r, UDP_LENGTH_AT);
		return m->udp && rd_u16(&r) == s->ip.total - s->ip.header;
	}
	rd_skip(&r, TCP_SEQUENCE_AT);
	s->sequence = rd_u32(&r);
	rd_skip(&r, TCP_FLAGS_AT - TCP_ACK_AT);
	s->flags = rd_u8(&r);
	return m->tcp && (s->flags & ~TCP_PSH) == TCP_ACK;
}

static bool look(const struct tun_merge *m, struct seen *s, const uint8_t *ip, size_t len)
{
	struct rd r = rd_init(ip, len), l4;
	size_t header;

	*s = (struct seen){.bytes = ip};
	if (!ipv4_parse(ip, len, &s->ip) || ipv4_is_fragment(&s->ip) || s->ip.total != len)
		return false;
	rd_skip(&r, s->ip.header);
	l4 = r;
	header = l4_header(&r, s->ip.protocol);
	s->headers = s->ip.header + header;
	s->payload = rd_left(&r);
	s->fits = header && s->payload && s->ip.header == IP_HEADER && plain(m, s, l4);
	return header != 0;
}

/* Is it of the same flow, and are its headers those of `to`, but for what has to differ? The bytes:
 * TOS; DF and TTL; TCP's acknowledgement and the length of its header; window; urgent pointer and
 * options. */
static bool same_headers(
    const struct tun_merge *m, const struct tun_super *to, const struct seen *s)
{
	const uint8_t *a = m->part[to->first].iov_base, *b = s->bytes;
	const uint8_t *ta = a + IP_HEADER, *tb = b + IP_HEADER;
	bool atomic = (s->ip.fragment & IP_DF) != 0;

	if (to->headers != s->headers || to->ip.protocol != s->ip.protocol ||
	    to->ip.src != s->ip.src || to->ip.dst != s->ip.dst || to->ip.tos != s->ip.tos ||
	    to->ip.fragment != s->ip.fragment || a[IP_TTL_AT] != b[IP_TTL_AT] ||
	    (!atomic && (uint16_t)(to->ip.id + to->packets) != s->ip.id) || memcmp(ta, tb, 4) != 0)
		return false;
	return s->ip.protocol == IPPROTO_UDP ||
	       (to->sequence == s->sequence &&
		   memcmp(ta + TCP_ACK_AT, tb + TCP_ACK_AT, TCP_FLAGS_AT - TCP_ACK_AT) == 0 &&
		   memcmp(ta + TCP_WINDOW_AT, tb + TCP_WINDOW_AT, TCP_SUM_AT - TCP_WINDOW_AT) ==
		       0 &&
		   memcmp(ta + TCP_SUM_AT + 2, tb + TCP_SUM_AT + 2,
		       s->headers - IP_HEADER - TCP_SUM_AT - 2) == 0);
}

/* Those that the kernel would look at; it gets others. */
static bool sums_are_right(const uint8_t *bytes, const struct ipv4 *ip)
{
	return ip_checksum(bytes, IP_HEADER) == 0 && l4_sum_is_right(bytes, ip);
}

static bool follows(struct tun_merge *m, struct tun_super *to, const struct seen *s)
{
	if (!to->open || !s->fits || s->payload > to->size || to->total + s->payload > TOTAL_MAX ||
	    (s->ip.protocol == IPPROTO_UDP && to->packets >= MERGE_UDP) || !same_headers(m, to, s))
		return false;
	/* Those of the first are looked at when a second one comes. */
	if (to->packets == 1 && !sums_are_right(m->part[to->first].iov_base, &to->ip))
		return false;
	return sums_are_right(s->bytes, &s->ip);
}

/* What follows has to be as long as all before it, and comes before what pushes. */
static void grow(struct tun_super *to, const struct seen *s)
{
	to->open = s->payload == to->size && !(s->flags & TCP_PSH);
	to->sequence += (uint32_t)s->payload;
	to->total += (uint32_t)s->payload;
	to->packets++;
}

/* The newest super-packet of its flow; two flows of one place take turns. */
static uint16_t *flow_of(struct tun_merge *m, const struct seen *s)
{
	uint32_t x = s->ip.src ^ (s->ip.dst * 2654435761u) ^ ports(s) ^ s->ip.protocol;

	x = (x ^ x >> 15) * 2246822519u;
	return &m->flow[(x ^ x >> 13) % MERGE_FLOWS];
}

void tun_merge_add(struct tun_merge *m, uint8_t *ip, size_t len)
{
	uint16_t at = (uint16_t)m->packets++;
	struct tun_super *to;
	uint16_t *flow;
	struct seen s;

	m->part[at] = (struct iovec){ip, len};
	m->next[at] = 0;
	if (look(m, &s, ip, len)) {
		flow = flow_of(m, &s);
		to = *flow ? &m->super[*flow - 1] : NULL;
		if (to && follows(m, to, &s)) {
			m->next[to->last] = at;
			to->last = at;
			grow(to, &s);
			return;
		}
		*flow = (uint16_t)(m->supers + 1);
	} else {
		memset(m->flow, 0, sizeof m->flow); /* a piece may be of any flow */
	}
	to = &m->super[m->supers++];
	*to = (struct tun_super){.first = at,
	    .last = at,
	    .headers = (uint16_t)s.headers,
	    .size = (uint16_t)s.payload,
	    .sequence = s.sequence,
	    .total = (uint32_t)s.headers,
	    .ip = s.ip};
	grow(to, &s);
	to->open = to->open && s.fits;
}

/* The header that all of them share, of which the last may push. */
static void shared_header(const struct tun_merge *m, const struct tun_super *s, struct wr *w)
{
	const uint8_t *first = m->part[s->first].iov_base;
	struct rd last = rd_init(m->part[s->last].iov_base, s->headers);
	bool tcp = s->ip.protocol == IPPROTO_TCP;
	struct virtio_net_hdr v = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .gso_type = tcp ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_UDP_L4,
	    .hdr_len = s->headers,
	    .gso_size = s->size,
	    .csum_start = IP_HEADER,
	    .csum_offset = (uint16_t)l4_sum_at(s->ip.protocol)};
	size_t ip = sizeof v, l4 = ip + IP_HEADER;

	wr_bytes(w, &v, sizeof v);
	wr_bytes(w, first, s->headers);
	wr_patch16(w, ip + IP_LENGTH_AT, s->total);
	wr_patch16(w, ip + IP_SUM_AT, 0);
	wr_patch16(w, ip + IP_SUM_AT, ip_checksum(w->base + ip, IP_HEADER));
	if (tcp) {
		rd_skip(&last, IP_HEADER + TCP_FLAGS_AT);
		wr_patch8(w, l4 + TCP_FLAGS_AT, rd_u8(&last));
	} else {
		wr_patch16(w, l4 + UDP_LENGTH_AT, s->total - IP_HEADER);
	}
	wr_patch16(w, l4 + l4_sum_at(s->ip.protocol),
	    (uint16_t)~ip_sum_end(l4_pseudo_sum(&s->ip, s->total)));
}

size_t tun_merge_parts(const struct tun_merge *m, const struct tun_super *s,
    uint8_t header[MERGE_HEADER], struct iovec part[MERGE_PACKETS + 1])
{
	struct wr w = wr_init(header, MERGE_HEADER);
	size_t n = 1;

	shared_header(m, s, &w);
	part[0] = (struct iovec){header, wr_len(&w)};
	for (uint16_t i = s->first;; i = m->next[i]) {
		part[n++] = (struct iovec){
		    (uint8_t *)m->part[i].iov_base + s->headers, m->part[i].iov_len - s->headers};
		if (i == s->last)
			return n;
	}
}

void tun_merge_clear(struct tun_merge *m)
{
	if (m->packets)
		memset(m->flow, 0, sizeof m->flow);
	m->packets = m->supers = 0;
}
