/* The headers are written and read here, since the kernel does it only for links that have an
 * address (RFC 2131 4.1). Pure. */
#include "engine/role/dhcp_frame.h"

#include <netinet/in.h>

#include "engine/net/ipv4.h"

void dhcp_frame_write(
    struct wr *w, const struct addr *own, const struct addr *to, const uint8_t *msg, size_t len)
{
	ipv4_header(w, IPPROTO_UDP, addr_to_v4(own), to->family ? addr_to_v4(to) : UINT32_MAX, 0, 0,
	    UDP_HEADER + len);
	udp_header(w, DHCP_CLIENT_PORT, DHCP_SERVER_PORT, len);
	wr_bytes(w, msg, len);
}

bool dhcp_frame_read(const uint8_t *packet, size_t len, struct addr *server, struct dhcp_message *m)
{
	struct rd r = rd_init(packet, len);
	struct ipv4 ip;
	struct udp udp;

	if (!ipv4_parse(packet, len, &ip) || ip.protocol != IPPROTO_UDP || ipv4_is_fragment(&ip))
		return false;
	rd_skip(&r, ip.header);
	r = rd_sub(&r, (size_t)ip.total - ip.header);
	if (!udp_parse(&r, &udp) || udp.src != DHCP_SERVER_PORT || udp.dst != DHCP_CLIENT_PORT)
		return false;
	*server = addr_v4(ip.src);
	return dhcp_read(r.p, rd_left(&r), m);
}
