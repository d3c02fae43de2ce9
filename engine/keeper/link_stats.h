/* What the kernel counts of its links, and what their cards are. */
#ifndef GATEHOUSE_LINK_STATS_H
#define GATEHOUSE_LINK_STATS_H

#include <net/if.h>

#include "engine/keeper/netlink.h"

/* The counters of a link, each growing from the link's birth on. */
enum link_counter {
	LINK_IN_PACKETS,
	LINK_IN_BYTES,
	LINK_IN_ERRORS,
	LINK_IN_DROPPED,
	LINK_MULTICAST,
	LINK_IN_CRC,
	LINK_IN_FRAME,
	LINK_IN_OVERRUN,
	LINK_IN_LENGTH,
	LINK_OUT_PACKETS,
	LINK_OUT_BYTES,
	LINK_OUT_ERRORS,
	LINK_OUT_DROPPED,
	LINK_COLLISIONS,
	LINK_OUT_UNDERRUNS,
	LINK_COUNTERS
};

struct link_stats {
	char name[IF_NAMESIZE];
	uint32_t ifindex;
	uint64_t count[LINK_COUNTERS];
};

struct link_hardware {
	char driver[32]; /* "" = none tells */
	uint32_t speed;	 /* Mbit/s, 0 = unknown */
	uint8_t duplex;	 /* LINK_DUPLEX_UNKNOWN, ... of the messages */
};

/* All links, in the kernel's order, into a new array that the caller frees. 0 or an errno. */
int link_stats_read(struct netlink *, struct link_stats **, size_t *n);
/* What the driver says of a link; what it does not say stays unknown. */
void link_hardware_read(const char *name, struct link_hardware *);

#endif
