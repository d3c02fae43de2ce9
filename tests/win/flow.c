/* Echo requests and replies of one client; see flow.h. RFC 792. */
#include "tests/win/flow.h"

#include "engine/net/checksum.h"
#include "engine/net/ipv4.h"
#include "engine/wire/wire.h"

#define DATA 32 /* as `ping` of Windows sends */
#define ECHO_REPLY 0
#define ECHO_REQUEST 8

void flow_request(struct flow *f, uint16_t id, const struct addr *from, const struct addr *to,
    uint8_t packet[FLOW_PACKET])
{
	struct wr w = wr_init(packet, FLOW_PACKET);
	uint8_t *icmp;
	size_t at;

	f->sent++;
	ipv4_header(&w, 1, addr_to_v4(from), addr_to_v4(to), 0, f->number + 1u, 8 + DATA);
	at = wr_len(&w);
	icmp = w.p;
	wr_u8(&w, ECHO_REQUEST);
	wr_u8(&w, 0);
	wr_u16(&w, 0);
	wr_u16(&w, id);
	wr_u16(&w, ++f->number);
	for (unsigned i = 0; i < DATA; i++)
		wr_u8(&w, 'a' + i % 23);
	wr_patch16(&w, at + 2, ip_checksum(icmp, wr_len(&w) - at));
}

bool flow_answer(struct flow *f, uint16_t id, const struct addr *from, const uint8_t *packet,
    size_t len, uint64_t now)
{
	struct rd r = rd_init(packet, len);
	struct ipv4 ip;

	if (!ipv4_parse(packet, len, &ip) || ip.protocol != 1 || ip.src != addr_to_v4(from))
		return false;
	rd_skip(&r, ip.header);
	if (rd_u8(&r) != ECHO_REPLY || rd_u8(&r) != 0)
		return false;
	rd_u16(&r);
	if (rd_u16(&r) != id || f->answered >= f->sent)
		return false;
	f->answered++;
	if (f->last && now - f->last > f->silence)
		f->silence = now - f->last;
	f->last = now;
	return true;
}
