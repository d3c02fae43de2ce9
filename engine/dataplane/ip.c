/* IPv4 packets of users: see ip.h. RFC 791, 1191, 1624, 6691. */
#include "engine/dataplane/ip.h"

#include <netinet/in.h>

#include "engine/net/checksum.h"

#define TCP_SYN 0x02
#define TCP_HEADER 20
#define TCP_OPT_END 0
#define TCP_OPT_NOP 1
#define TCP_OPT_MSS 2
#define IPOPT_COPIED 0x80

/* A builder over bytes that are all written already, for patching. */
static struct wr over(uint8_t *bytes, size_t len)
{
	struct wr w = wr_init(bytes, len);

	wr_room(&w, len);
	return w;
}

/* Offset of the MSS value from the start of the TCP header; 0 = there is none. */
static size_t find_mss(struct rd *option, uint16_t *mss)
{
	size_t start = rd_left(option);

	while (rd_left(option)) {
		uint8_t kind = rd_u8(option), len;

		if (kind == TCP_OPT_END)
			return 0;
		if (kind == TCP_OPT_NOP)
			continue;
		len = rd_u8(option);
		if (kind == TCP_OPT_MSS && len == 4) {
			size_t at = TCP_HEADER + start - rd_left(option);

			*mss = rd_u16(option);
			return option->bad ? 0 : at;
		}
		if (len < 2)
			return 0;
		rd_skip(option, len - 2u);
	}
	return 0;
}

bool tcp_clamp_mss(uint8_t *ip, const struct ipv4 *h, struct mss_limits limits)
{
	struct rd r = rd_init(ip, h->total), option;
	uint16_t sum, was = 0, mss;
	uint8_t offset, flags;
	struct wr w;
	size_t at;

	if (limits.most == 0 || h->protocol != IPPROTO_TCP || (h->fragment & IP_OFFSET) != 0)
		return false;
	rd_skip(&r, h->header + 12u);
	offset = (uint8_t)((rd_u8(&r) >> 4) * 4);
	flags = rd_u8(&r);
	rd_skip(&r, 2);
	sum = rd_u16(&r);
	rd_skip(&r, 2);
	if (!(flags & TCP_SYN) || offset < TCP_HEADER)
		return false;
	option = rd_sub(&r, offset - (size_t)TCP_HEADER);
	at = find_mss(&option, &was);
	mss = was > limits.most ? limits.most : was < limits.least ? limits.least : was;
	if (at == 0 || was == mss)
		return false;
	w = over(ip, h->total);
	wr_patch16(&w, h->header + at, mss);
	wr_patch16(&w, h->header + 16u, ip_checksum_update(sum, was, mss, at % 2));
	return true;
}

/* No error is sent about a later fragment or about an ICMP error (RFC 1122 3.2.2). */
static bool deserves_error(const uint8_t *ip, const struct ipv4 *h)
{
	struct rd r = rd_init(ip, h->total);
	uint8_t type;

	if (h->fragment & IP_OFFSET)
		return false;
	if (h->protocol != IPPROTO_ICMP)
		return true;
	rd_skip(&r, h->header);
	type = rd_u8(&r);
	return !r.bad && (type == 0 || type == 8 || type > 12);
}

size_t ip_too_big(uint8_t *to, const uint8_t *ip, const struct ipv4 *h, uint16_t mtu)
{
	size_t quoted = h->total, len;
	struct wr w = wr_init(to, IP_ICMP_MAX);
	uint8_t *icmp;

	if (!deserves_error(ip, h))
		return 0;
	if (quoted > IP_ICMP_MAX - IP_HEADER - 8)
		quoted = IP_ICMP_MAX - IP_HEADER - 8;
	len = 8 + quoted;
	ipv4_header(&w, IPPROTO_ICMP, h->dst, h->src, 0xc0, 0, len);
	icmp = w.p;
	wr_u8(&w, 3); /* destination unreachable */
	wr_u8(&w, 4); /* fragmentation needed and DF set */
	wr_u32(&w, 0);
	wr_u16(&w, mtu); /* RFC 1191 4 */
	wr_bytes(&w, ip, quoted);
	wr_patch16(&w, IP_HEADER + 2, ip_checksum(icmp, len));
	return wr_len(&w);
}

/* Options that do not belong into later fragments become NOPs (RFC 791 3.1). */
static void blank_options(uint8_t *ip, size_t header)
{
	struct rd r = rd_init(ip, header);
	struct wr w = over(ip, header);

	rd_skip(&r, IP_HEADER);
	while (rd_left(&r)) {
		size_t at = header - rd_left(&r);
		uint8_t kind = rd_u8(&r), len;

		if (kind == 0)
			return;
		if (kind == 1)
			continue;
		len = rd_u8(&r);
		if (len < 2)
			return;
		rd_skip(&r, len - 2u);
		for (size_t i = 0; !r.bad && !(kind & IPOPT_COPIED) && i < len; i++)
			wr_patch8(&w, at + i, 1);
	}
}

size_t ip_fragment(uint8_t *to, const uint8_t *ip, const struct ipv4 *h, uint16_t mtu, size_t *at)
{
	size_t payload = h->total - (size_t)h->header, left = payload - *at, room, len;
	struct rd r = rd_init(ip, h->total);
	struct wr w = wr_init(to, mtu);
	bool last;

	if (left == 0 || mtu < h->header + 8u)
		return 0;
	room = (mtu - (size_t)h->header) / 8 * 8;
	last = left <= mtu - (size_t)h->header;
	len = last ? left : room;
	wr_bytes(&w, rd_bytes(&r, h->header), h->header);
	rd_skip(&r, *at);
	wr_bytes(&w, rd_bytes(&r, len), len);
	wr_patch16(&w, 2, h->header + len);
	wr_patch16(&w, 6, (size_t)(h->fragment & IP_OFFSET) + *at / 8 +
	        ((h->fragment & IP_MF) || !last ? IP_MF : 0));
	if (*at > 0)
		blank_options(to, h->header);
	wr_patch16(&w, 10, 0);
	wr_patch16(&w, 10, ip_checksum(to, h->header));
	*at += len;
	return wr_len(&w);
}
