/* The kernel's IPv4 routing table, as packets that leave see it. */
#ifndef GATEHOUSE_ROUTES_H
#define GATEHOUSE_ROUTES_H

#include "engine/ipc/message.h"
#include "engine/keeper/netlink.h"

struct route_seen {
	struct netlink_route r;
	char device[IF_NAMESIZE];
	uint8_t kind;     /* ROUTE_CONNECTED, ... */
	uint8_t protocol; /* rtm_protocol */
};

/* The routes of the main table and the local addresses, without those whose link is away, down or
 * without carrier; sorted by destination, shorter masks first. Clients are behind `tun`. Into a new
 * array that the caller frees; 0 or an errno. */
int routes_see(struct netlink *, const struct link *, size_t n_links, uint32_t tun,
    struct route_seen **, size_t *n);

#endif
