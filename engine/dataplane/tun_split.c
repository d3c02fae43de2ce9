/* Super-packets into packets; see tun_split.h. RFC 793, RFC 768, RFC 3168 6.1.2 (CWR). */
#include "engine/dataplane/tun_split.h"

#include <netinet/in.h>

#include "engine/net/checksum.h"
#include "engine/net/l4.h"

#define IP_LENGTH_AT 2
#define IP_ID_AT 4
#define IP_SUM_AT 10

static bool is_many(const struct tun_split *s)
{
	return s->vnet.gso_type != VIRTIO_NET_HDR_GSO_NONE;
}

/* What is many in one has to have whole headers of the kind that it says. */
static bool read_headers(struct tun_split *s)
{
	uint8_t type = s->vnet.gso_type & (uint8_t)~VIRTIO_NET_HDR_GSO_ECN;
	struct rd r = rd_init(s->bytes, s->len);
	size_t l4;

	if (!ipv4_parse(s->bytes, s->len, &s->ip) || ipv4_is_fragment(&s->ip) ||
	    s->ip.protocol != (type == VIRTIO_NET_HDR_GSO_TCPV4 ? IPPROTO_TCP : IPPROTO_UDP) ||
	    (type != VIRTIO_NET_HDR_GSO_TCPV4 && type != VIRTIO_NET_HDR_GSO_UDP_L4))
		return false;
	r = rd_sub(&r, s->ip.total);
	rd_skip(&r, s->ip.header);
	l4 = l4_header(&r, s->ip.protocol);
	s->headers = s->ip.header + l4;
	return l4 && s->headers < s->ip.total && s->vnet.gso_size;
}

void tun_split(struct tun_split *s, const uint8_t *read, size_t len)
{
	struct rd r = rd_init(read, len);

	*s = (struct tun_split){.left = true};
	rd_copy(&r, &s->vnet, sizeof s->vnet);
	s->bytes = r.p;
	s->len = rd_left(&r);
	if (!is_many(s))
		return;
	if (read_headers(s))
		s->len = s->ip.total;
	else
		s->len = 0;
}

/* The kernel has put the sum of the pseudo header where the checksum goes. */
static void complete_sum(struct packet *p, const struct virtio_net_hdr *v)
{
	size_t from = v->csum_start, at = from + v->csum_offset;
	struct wr w = wr_init(p->data, p->len);

	if (!(v->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) || at + 2 > p->len)
		return;
	wr_room(&w, p->len);
	wr_patch16(&w, at,
	    l4_sum_sent(v->csum_offset == UDP_SUM_AT ? IPPROTO_UDP : IPPROTO_TCP,
		ip_sum(0, p->data + from, p->len - from)));
}

/* The headers of the segment at hand: as of all of them, but for what is its own. */
static void own_headers(const struct tun_split *s, struct packet *p, bool last)
{
	struct wr w = wr_init(p->data, p->len);
	size_t l4 = s->ip.header;
	uint8_t mine = 0xff;

	wr_room(&w, p->len);
	wr_patch16(&w, IP_LENGTH_AT, p->len);
	wr_patch16(&w, IP_ID_AT, (uint16_t)(s->ip.id + s->at / s->vnet.gso_size));
	wr_patch16(&w, IP_SUM_AT, 0);
	wr_patch16(&w, IP_SUM_AT, ip_checksum(p->data, s->ip.header));
	if (s->ip.protocol == IPPROTO_UDP) {
		wr_patch16(&w, l4 + UDP_LENGTH_AT, p->len - l4);
	} else {
		struct rd r = rd_init(s->bytes + l4 + TCP_SEQUENCE_AT, 4);

		wr_patch32(&w, l4 + TCP_SEQUENCE_AT, rd_u32(&r) + (uint32_t)s->at);
		if (!last)
			mine &= (uint8_t) ~(TCP_FIN | TCP_PSH);
		if (s->at)
			mine &= (uint8_t)~TCP_CWR;
		wr_patch8(&w, l4 + TCP_FLAGS_AT, p->data[l4 + TCP_FLAGS_AT] & mine);
	}
	l4 += l4_sum_at(s->ip.protocol);
	wr_patch16(&w, l4, 0);
	wr_patch16(&w, l4, l4_sum_sent(s->ip.protocol, l4_sum(p->data, &s->ip, p->len)));
}

static void segment(struct tun_split *s, struct packet *p)
{
	size_t left = s->len - s->headers - s->at;
	size_t size = s->vnet.gso_size < left ? s->vnet.gso_size : left;
	uint8_t *to = packet_put(p, s->headers + size);

	if (!to || p->len > PACKET_ROOM) {
		p->len = 0;
	} else {
		memcpy(to, s->bytes, s->headers);
		memcpy(to + s->headers, s->bytes + s->headers + s->at, size);
		own_headers(s, p, size == left);
	}
	s->at += size;
	s->left = size < left;
}

bool tun_split_next(struct tun_split *s, struct packet *p)
{
	if (!s->left)
		return false;
	packet_reset(p);
	if (is_many(s) && s->len) {
		segment(s, p);
		return true;
	}
	s->left = false;
	if (packet_fill(p, s->bytes, s->len))
		complete_sum(p, &s->vnet);
	return true;
}
