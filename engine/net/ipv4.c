/* IPv4 and UDP headers; see ipv4.h. Nothing is kept.
 *
 *     | ver ihl | tos | total | id | flags offset | ttl | protocol | sum | src | dst | options |
 *     | src port | dst port | length | sum |
 */
#include "engine/net/ipv4.h"

#include "engine/net/checksum.h"

#define IP_TTL_OURS 64
#define IP_SUM_AT 10

bool ipv4_parse_quoted(const uint8_t *ip, size_t len, struct ipv4 *h)
{
	struct rd r = rd_init(ip, len);
	uint8_t version = rd_u8(&r);

	h->header = (uint8_t)((version & 0x0f) * 4);
	h->tos = rd_u8(&r);
	h->total = rd_u16(&r);
	h->id = rd_u16(&r);
	h->fragment = rd_u16(&r);
	rd_skip(&r, 1);
	h->protocol = rd_u8(&r);
	rd_skip(&r, 2);
	h->src = rd_u32(&r);
	h->dst = rd_u32(&r);
	return version >> 4 == 4 && h->header >= IP_HEADER && h->total >= h->header &&
	    h->header <= len;
}

/* What is shorter than a header cannot be as long as it says. */
bool ipv4_parse(const uint8_t *ip, size_t len, struct ipv4 *h)
{
	return ipv4_parse_quoted(ip, len, h) && h->total <= len;
}

void ipv4_header(struct wr *w, uint8_t protocol, uint32_t src, uint32_t dst, uint8_t tos,
    uint16_t id, size_t payload)
{
	size_t at = wr_len(w);

	wr_u8(w, 0x45);
	wr_u8(w, tos);
	wr_u16(w, (unsigned)(IP_HEADER + payload));
	wr_u16(w, id);
	wr_u16(w, 0);
	wr_u8(w, IP_TTL_OURS);
	wr_u8(w, protocol);
	wr_u16(w, 0);
	wr_u32(w, src);
	wr_u32(w, dst);
	if (!w->full)
		wr_patch16(w, at + IP_SUM_AT, ip_checksum(w->base + at, IP_HEADER));
}

bool udp_parse(struct rd *r, struct udp *h)
{
	uint16_t len;

	h->src = rd_u16(r);
	h->dst = rd_u16(r);
	len = rd_u16(r);
	rd_skip(r, 2);
	if (len < UDP_HEADER)
		return false;
	*r = rd_sub(r, (size_t)len - UDP_HEADER);
	return !r->bad;
}

void udp_header(struct wr *w, uint16_t src, uint16_t dst, size_t payload)
{
	wr_u16(w, src);
	wr_u16(w, dst);
	wr_u16(w, (unsigned)(UDP_HEADER + payload));
	wr_u16(w, 0);
}
