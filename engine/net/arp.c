/* ARP of IPv4 over Ethernet (RFC 826), and what of it is a conflict (RFC 5227 2.1.1). Pure. */
#include "engine/net/arp.h"

enum { ETHERNET = 1, IPV4 = 0x0800, IPV4_LEN = 4, REQUEST = 1, REPLY = 2 };

bool arp_parse(const uint8_t *bytes, size_t len, struct arp *a)
{
	struct rd r = rd_init(bytes, len);
	bool ours = rd_u16(&r) == ETHERNET && rd_u16(&r) == IPV4 && rd_u8(&r) == ARP_MAC &&
		    rd_u8(&r) == IPV4_LEN;
	uint16_t op = rd_u16(&r);
	const uint8_t *mac = rd_bytes(&r, ARP_MAC);

	a->sender_ip = rd_u32(&r);
	rd_skip(&r, ARP_MAC);
	a->target_ip = rd_u32(&r);
	if (!ours || r.bad || (op != REQUEST && op != REPLY))
		return false;
	a->reply = op == REPLY;
	memcpy(a->sender, mac, ARP_MAC);
	return true;
}

void arp_probe(struct wr *w, const uint8_t mac[ARP_MAC], uint32_t address)
{
	static const uint8_t nobody[ARP_MAC];

	wr_u16(w, ETHERNET);
	wr_u16(w, IPV4);
	wr_u8(w, ARP_MAC);
	wr_u8(w, IPV4_LEN);
	wr_u16(w, REQUEST);
	wr_bytes(w, mac, ARP_MAC);
	wr_u32(w, 0);
	wr_bytes(w, nobody, ARP_MAC);
	wr_u32(w, address);
}

bool arp_conflicts(const struct arp *a, const uint8_t mac[ARP_MAC], uint32_t address)
{
	if (memcmp(a->sender, mac, ARP_MAC) == 0)
		return false;
	return a->sender_ip == address || (!a->sender_ip && a->target_ip == address);
}
