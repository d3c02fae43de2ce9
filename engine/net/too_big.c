/* What a router says of a packet that did not fit; see too_big.h. */
#include "engine/net/too_big.h"

#include <netinet/in.h>

#include "engine/net/checksum.h"
#include "engine/net/ipv4.h"

#define UNREACHABLE 3
#define FRAGMENTATION_NEEDED 4

/* The packet's own words, as far as they are quoted. */
static bool read_quoted(struct rd *r, struct too_big *b)
{
	struct ipv4 ip;

	if (!ipv4_parse_quoted(r->p, rd_left(r), &ip) || !(ip.fragment & IP_DF) ||
	    (ip.fragment & IP_OFFSET))
		return false;
	rd_skip(r, ip.header);
	b->path.local.addr = addr_v4(ip.src);
	b->path.remote.addr = addr_v4(ip.dst);
	if (ip.protocol == IPPROTO_UDP) {
		b->path.local.port = rd_u16(r);
		b->path.remote.port = rd_u16(r);
		rd_skip(r, UDP_HEADER - 4);
	} else if (ip.protocol != IPPROTO_ESP) {
		return false;
	}
	if (r->bad)
		return false;
	b->spi = rd_u32(r);
	b->sequence = rd_u32(r);
	b->has_esp = !r->bad;
	return true;
}

bool too_big_read(const uint8_t *bytes, size_t len, struct too_big *b)
{
	struct rd r = rd_init(bytes, len);
	struct ipv4 ip;

	*b = (struct too_big){.mtu = 0};
	if (!ipv4_parse(bytes, len, &ip) || ip.protocol != IPPROTO_ICMP || ipv4_is_fragment(&ip))
		return false;
	b->router = addr_v4(ip.src);
	r = rd_sub(&r, ip.total);
	rd_skip(&r, ip.header);
	if (ip_checksum(r.p, rd_left(&r)) != 0 || rd_u8(&r) != UNREACHABLE ||
	    rd_u8(&r) != FRAGMENTATION_NEEDED)
		return false;
	rd_skip(&r, 4);
	b->mtu = rd_u16(&r);
	return !r.bad && read_quoted(&r, b);
}
