/*
 * DHCPINFORM (RFC 2131 4.3.5) of a client whose link is up: it has its address
 * and asks for what IPCP cannot tell: mask, domain, the routes of a split
 * tunnel. Pure: one IP packet in, one IP packet out.
 */
#ifndef GATEHOUSE_DHCP_INFORM_H
#define GATEHOUSE_DHCP_INFORM_H

#include "engine/dhcp/message.h"
#include "engine/net/networks.h"

#define DHCP_INFORM_ANSWER_MAX 2048

struct dhcp_inform {
	struct dhcp_head head; /* ciaddr: the client */
	uint16_t most;	       /* of a message to it, as it says (option 57); 0 = it does not */
	bool wants[256];       /* by option */
};

/* What the group policy gives; unset or NULL parts are left out. */
struct dhcp_inform_offer {
	struct addr server, mask, gateway; /* gateway: the router of every route */
	struct addr dns[2], wins[2];
	const char *domain;
	const char *search;	       /* domains, with a blank between two */
	const struct networks *routes; /* into the tunnel */
};

/* Is this IPv4 packet a DHCPINFORM (UDP 68 to 67, option 53 = 8, checksum ignored, not a fragment)?
 * False for anything else, so that the packet goes its way. */
bool dhcp_inform_read(const uint8_t *packet, size_t len, struct dhcp_inform *);
/* The DHCPACK as an IPv4 packet from `server`:67 to `client`:68, of at most `size` bytes and of
 * what the client takes; its length, 0 when that is not enough for any. Only what was asked for is
 * answered. Where all does not fit, routes stand in one of their two options; then the last are
 * left out, *left_out says how many. */
size_t dhcp_inform_answer(const struct dhcp_inform *, const struct dhcp_inform_offer *, uint8_t *to,
    size_t size, size_t *left_out);

#endif
