/* Builds echo requests and reads what a raw ICMP socket has received. */
#include "engine/child/icmp.h"

#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#include "engine/net/checksum.h"
#include "engine/wire/wire.h"

void icmp_echo(uint8_t *to, size_t len, uint16_t id, uint16_t sequence, uint16_t pattern)
{
	struct wr w = wr_init(to, len);
	uint16_t sum;

	wr_u8(&w, ICMP_ECHO);
	wr_u8(&w, 0);
	wr_u16(&w, 0);
	wr_u16(&w, id);
	wr_u16(&w, sequence);
	for (size_t i = ICMP_ECHO_HEAD; i < len; i++)
		to[i] = (uint8_t)(i % 2 ? pattern : pattern >> 8);
	sum = ip_checksum(to, len);
	to[2] = (uint8_t)(sum >> 8);
	to[3] = (uint8_t)sum;
}

/* The IP header before the cursor's rest; false when it is none. */
static bool ip_head(struct rd *r, uint8_t *protocol, struct addr *from, struct addr *to)
{
	uint8_t first = rd_u8(r);
	size_t options = (first & 15u) * 4u;

	rd_skip(r, 8);
	*protocol = rd_u8(r);
	rd_skip(r, 2);
	*from = addr_v4(rd_u32(r));
	*to = addr_v4(rd_u32(r));
	if (r->bad || first >> 4 != 4 || options < IPV4_HEAD)
		return false;
	rd_skip(r, options - IPV4_HEAD);
	return !r->bad;
}

/* The packet of ours that an error tells of. */
static bool told_of(struct rd *r, struct icmp_heard *h)
{
	struct addr source;

	if (!ip_head(r, &h->protocol, &source, &h->target))
		return false;
	if (h->protocol == IPPROTO_ICMP)
		rd_skip(r, 4);
	else if (h->protocol != IPPROTO_UDP)
		return false;
	h->id = rd_u16(r);
	h->sequence = rd_u16(r);
	return !r->bad;
}

bool icmp_read(const uint8_t *packet, size_t len, struct icmp_heard *h)
{
	struct rd r = rd_init(packet, len);

	memset(h, 0, sizeof *h);
	if (!ip_head(&r, &h->protocol, &h->from, &h->to) || h->protocol != IPPROTO_ICMP)
		return false;
	h->type = rd_u8(&r);
	h->code = rd_u8(&r);
	rd_skip(&r, 2);
	if (h->type == ICMP_ECHOREPLY) {
		h->id = rd_u16(&r);
		h->sequence = rd_u16(&r);
		h->target = h->from;
		h->len = rd_left(&r);
		h->data = rd_bytes(&r, h->len);
		return !r.bad;
	}
	if (h->type != ICMP_DEST_UNREACH && h->type != ICMP_TIME_EXCEEDED &&
	    h->type != ICMP_SOURCE_QUENCH)
		return false;
	rd_skip(&r, 4);
	return told_of(&r, h);
}
