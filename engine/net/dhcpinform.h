/*
 * DHCPINFORM (RFC 2131 4.3.5) of a client whose link is up: it has its address
 * and asks for the domain and the split tunnel's routes. Pure: one IP packet
 * in, one IP packet out.
 */
#ifndef GATEHOUSE_DHCPINFORM_H
#define GATEHOUSE_DHCPINFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"

#define DHCPINFORM_ROUTES_MAX 128
#define DHCPINFORM_ANSWER_MAX 2048

struct dhcpinform {
	uint32_t xid;
	uint16_t flags;
	uint8_t htype, hlen, chaddr[16];
	struct addr client;              /* ciaddr */
	bool wants_mask, wants_domain, wants_routes, wants_ms_routes; /* 1, 15, 121, 249 */
};

struct dhcpinform_route {
	struct addr dest, mask;
};

/* What the group policy gives; unset or NULL parts are left out. */
struct dhcpinform_offer {
	struct addr server, mask, gateway; /* gateway: the router of every route */
	const char *domain;
	const struct dhcpinform_route *routes;
	size_t n_routes;
};

/* Is this IPv4 packet a DHCPINFORM (UDP 68 to 67, option 53 = 8, checksum ignored, not a fragment)?
 * False for anything else, so that the packet goes its way. */
bool dhcpinform_read(const uint8_t *packet, size_t len, struct dhcpinform *);
/* The DHCPACK as an IPv4 packet from `server`:67 to `client`:68; its length, 0 when it does not
 * fit. Only what was asked for is answered. */
size_t dhcpinform_answer(const struct dhcpinform *, const struct dhcpinform_offer *, uint8_t *to,
    size_t size);

#endif
