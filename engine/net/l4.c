/* Headers behind IP's, and their checksum; see l4.h. Nothing is kept. */
#include "engine/net/l4.h"

#include <netinet/in.h>

#include "engine/net/checksum.h"

#define TCP_OFFSET_AT 12

size_t l4_header(struct rd *r, uint8_t protocol)
{
	struct rd look = *r;
	size_t len = UDP_HEADER;

	if (protocol == IPPROTO_TCP) {
		rd_skip(&look, TCP_OFFSET_AT);
		len = (size_t)(rd_u8(&look) >> 4) * 4;
		if (len < TCP_HEADER)
			return 0;
	} else if (protocol != IPPROTO_UDP) {
		return 0;
	}
	rd_skip(r, len);
	return r->bad ? 0 : len;
}

uint32_t l4_pseudo_sum(const struct ipv4 *h, size_t total)
{
	return (h->src >> 16) + (h->src & 0xffff) + (h->dst >> 16) + (h->dst & 0xffff) +
	       h->protocol + (uint32_t)(total - h->header);
}

uint32_t l4_sum(const uint8_t *ip, const struct ipv4 *h, size_t total)
{
	return ip_sum(l4_pseudo_sum(h, total), ip + h->header, total - h->header);
}

uint16_t l4_sum_sent(uint8_t protocol, uint32_t sum)
{
	uint16_t out = ip_sum_end(sum);

	return out == 0 && protocol == IPPROTO_UDP ? 0xffff : out;
}

bool l4_sum_is_right(const uint8_t *ip, const struct ipv4 *h)
{
	struct rd r = rd_init(ip, h->total);

	if (h->protocol == IPPROTO_UDP) {
		rd_skip(&r, h->header + (size_t)UDP_SUM_AT);
		if (rd_u16(&r) == 0)
			return false;
	}
	return ip_sum_end(l4_sum(ip, h, h->total)) == 0;
}
