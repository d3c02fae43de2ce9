/* Packets that tell by themselves whether they are whole and in order; see stream.h. */
#include "tests/load/stream.h"

#include <string.h>

#include "engine/net/checksum.h"
#include "engine/net/ipv4.h"

#define POOL (1u << 20)
#define PROTO_TCP 6
#define PROTO_UDP 17
#define TCP_HEADER 20
#define TCP_ACK 0x10
#define TTL_AT 8

static uint8_t pool[POOL + 2048];

void stream_init(void)
{
	uint64_t x = 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < sizeof pool; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		pool[i] = (uint8_t)(x >> 24);
	}
}

static size_t header_len(const struct stream *s)
{
	return IP_HEADER + (s->shape.tcp ? TCP_HEADER : UDP_HEADER);
}

static size_t length(const struct stream *s, uint64_t k)
{
	const struct stream_shape *h = &s->shape;

	return h->tail && k % h->run == h->run - 1u ? h->tail : h->len;
}

size_t stream_next_len(const struct stream *s)
{
	return length(s, s->sent);
}

/* Content of packet `k`: somewhere in the pool, elsewhere for each stream and number. */
static const uint8_t *content(const struct stream *s, uint64_t k)
{
	uint64_t h = (k + 1) * 0x9e3779b97f4a7c15u ^ ((uint64_t)s->from << 20) ^ s->to;

	h *= 0xd6e8feb86659fd93u;
	return pool + ((h >> 32) & (POOL - 1));
}

/* The sum of the pseudo header, not complemented. */
static uint16_t pseudo(const struct stream *s, size_t l4)
{
	uint8_t b[12];
	struct wr w = wr_init(b, sizeof b);

	wr_u32(&w, s->from);
	wr_u32(&w, s->to);
	wr_u16(&w, s->shape.tcp ? PROTO_TCP : PROTO_UDP);
	wr_u16(&w, (unsigned)l4);
	return (uint16_t)~ip_checksum(b, sizeof b);
}

/* One's complement of the sum over pseudo header and `l4`, whose checksum field is as it is. */
static uint16_t sum_of(const struct stream *s, const uint8_t *l4, size_t len)
{
	uint32_t sum = (uint16_t)~ip_checksum(l4, len) + (uint32_t)pseudo(s, len);

	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static size_t checksum_at(const struct stream *s)
{
	return IP_HEADER + (s->shape.tcp ? 16 : 6);
}

/* Headers of a packet with so much content; the checksum of TCP or UDP is 0. */
static void headers(const struct stream *s, struct wr *w, size_t data)
{
	size_t l4 = header_len(s) - IP_HEADER + data;

	ipv4_header(w, s->shape.tcp ? PROTO_TCP : PROTO_UDP, s->from, s->to, 0,
	    (uint16_t)s->sent, l4);
	if (!s->shape.tcp) {
		udp_header(w, s->from_port, s->to_port, data);
		return;
	}
	wr_u16(w, s->from_port);
	wr_u16(w, s->to_port);
	wr_u32(w, s->sent_seq);
	wr_u32(w, 1);
	wr_u16(w, TCP_HEADER / 4 << 12 | (s->say ? s->say : TCP_ACK));
	wr_u16(w, 0xfff0);
	wr_u32(w, 0);
}

/* As TCP of today sends it: with DF (RFC 1191), which the checksum of the header has to bear. */
static void set_df(uint8_t *ip)
{
	struct wr w = wr_init(ip, IP_HEADER);

	w.p += IP_HEADER;
	wr_patch16(&w, 6, IP_DF);
	wr_patch16(&w, 10, 0);
	wr_patch16(&w, 10, ip_checksum(ip, IP_HEADER));
}

static void patch_checksum(const struct stream *s, uint8_t *ip, uint16_t sum)
{
	struct wr w = wr_init(ip, STREAM_SUPER);

	w.p += header_len(s);
	wr_patch16(&w, checksum_at(s), sum);
}

static void append(struct stream *s, struct wr *w, size_t data)
{
	wr_bytes(w, content(s, s->sent), data);
	s->sent++;
	s->sent_seq += (uint32_t)data;
}

size_t stream_packet(struct stream *s, uint8_t *ip)
{
	struct wr w = wr_init(ip, STREAM_SUPER);
	size_t header = header_len(s), data = s->say ? 0 : stream_next_len(s) - header;
	uint16_t sum;

	headers(s, &w, data);
	if (!s->say)
		append(s, &w, data);
	s->say = 0;
	if (s->shape.tcp)
		set_df(ip);
	sum = sum_of(s, ip + IP_HEADER, wr_len(&w) - IP_HEADER);
	patch_checksum(s, ip, sum || s->shape.tcp ? sum : 0xffff);
	return wr_len(&w);
}

unsigned stream_super(
    struct stream *s, unsigned n, uint8_t *ip, size_t *len, struct stream_cut *cut)
{
	struct wr w = wr_init(ip, STREAM_SUPER);
	size_t header = header_len(s), each = stream_next_len(s) - header, all = 0;
	unsigned k = 0;

	while (k < n && header + all + each <= STREAM_SUPER) {
		size_t data = length(s, s->sent + k) - header;

		if (data > each)
			break;
		all += data;
		k++;
		if (data < each)
			break; /* a shorter one may only be the last */
	}
	headers(s, &w, all);
	for (unsigned i = 0; i < k; i++)
		append(s, &w, length(s, s->sent) - header);
	if (s->shape.tcp)
		set_df(ip);
	*len = wr_len(&w);
	*cut = (struct stream_cut){true, k > 1 ? (uint16_t)each : 0, (uint16_t)header};
	patch_checksum(s, ip, pseudo(s, *len - IP_HEADER));
	return k;
}

/* What the headers of a packet say of `s`; of TCP also how far it is from what is awaited. */
static bool ours(const struct stream *s, const uint8_t *ip, size_t len, const struct ipv4 *h,
    uint32_t *ahead)
{
	struct rd r = rd_init(ip, len);
	bool ok;

	rd_skip(&r, IP_HEADER);
	ok = rd_u16(&r) == s->from_port && rd_u16(&r) == s->to_port;
	*ahead = s->shape.tcp ? rd_u32(&r) - s->got_seq : 0;
	return ok && !r.bad && h->header == IP_HEADER && h->total == len && h->src == s->from &&
	       h->dst == s->to && !ipv4_is_fragment(h) &&
	       h->protocol == (s->shape.tcp ? PROTO_TCP : PROTO_UDP) &&
	       ip_checksum(ip, IP_HEADER) == 0;
}

static bool checksum_ok(const struct stream *s, const uint8_t *ip, size_t len,
    const struct stream_cut *cut)
{
	struct rd r = rd_init(ip, len);

	if (!cut->partial)
		return sum_of(s, ip + IP_HEADER, len - IP_HEADER) == 0;
	rd_skip(&r, checksum_at(s));
	return rd_u16(&r) == pseudo(s, len - IP_HEADER);
}

/* A packet of UDP that is not the next: one of the next thousand, or one that has been? */
static bool elsewhere(const struct stream *s, const uint8_t *data, size_t len, uint64_t *k)
{
	for (uint64_t i = 0; i < 8192; i++)
		for (int back = 0; back < 2; back++) {
			*k = back ? s->got - i : s->got + i;
			if (length(s, *k) == len + header_len(s) &&
			    memcmp(content(s, *k), data, len) == 0)
				return true;
		}
	return false;
}

/* Where is it, if it is not the next? Then the ones between are lost, or it comes late. */
static bool find(struct stream *s, const uint8_t *data, size_t len, uint32_t ahead)
{
	uint64_t k;

	if (ahead == 0 && length(s, s->got) == len + header_len(s) &&
	    memcmp(content(s, s->got), data, len) == 0)
		return true;
	if (!elsewhere(s, data, len, &k)) {
		s->damaged++;
		return false;
	}
	if (k < s->got) {
		s->disordered++;
		return false;
	}
	while (s->got < k)
		s->got_seq += (uint32_t)(length(s, s->got++) - header_len(s));
	return true;
}

unsigned stream_check(struct stream *s, const uint8_t *ip, size_t len, const struct stream_cut *cut)
{
	size_t header = header_len(s), at = header, each = cut->segment ? cut->segment : len;
	struct ipv4 h;
	unsigned n = 0;
	uint32_t ahead;

	if (len < header || !ipv4_parse(ip, len, &h) || !ours(s, ip, len, &h, &ahead) ||
	    !checksum_ok(s, ip, len, cut)) {
		s->damaged++;
		return 0;
	}
	if (at == len)
		s->open = true;
	while (at < len) {
		size_t data = len - at < each ? len - at : each;

		if (find(s, ip + at, data, n ? 0 : ahead)) {
			s->got++;
			s->got_seq += (uint32_t)data;
			n++;
		}
		at += data;
	}
	return n;
}

uint64_t stream_give_up(struct stream *s)
{
	uint64_t lost = s->sent - s->got;

	s->got = s->sent;
	s->got_seq = s->sent_seq;
	return lost;
}
