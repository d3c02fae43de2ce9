/* The kernel's neighbours: who was heard of by ARP. */
#ifndef GATEHOUSE_KEEPER_NEIGHBOURS_H
#define GATEHOUSE_KEEPER_NEIGHBOURS_H

#include "engine/keeper/netlink.h"

struct neighbour {
	char device[IF_NAMESIZE];
	uint32_t ifindex;
	struct addr address;
	char mac[18];
	uint32_t age; /* seconds since it was last heard of */
	bool permanent;
};

/* Those of IPv4 that have an answer, by device and address, into a new array that the caller
 * frees. 0 or an errno. */
int neighbours_read(
    struct netlink *, const struct link *, size_t n_links, struct neighbour **, size_t *n);
/* Forgets those that were learned, of one link (0: of all). 0 or the first errno. */
int neighbours_clear(struct netlink *, const struct link *, size_t n_links, uint32_t ifindex);

#endif
