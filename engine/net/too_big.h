/*
 * What a router says of a packet of ours that did not fit: ICMP "fragmentation
 * needed and DF set" (RFC 792, RFC 1191 4), about ESP or about UDP.
 */
#ifndef GATEHOUSE_TOO_BIG_H
#define GATEHOUSE_TOO_BIG_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/addr.h"

struct too_big {
	struct addr router;
	struct path path; /* of the packet, as its sender sees it; ports 0 when it was plain ESP */
	uint32_t spi, sequence; /* of the ESP in it ... */
	bool has_esp;		/* ... when so much of it is quoted */
	uint16_t mtu;		/* of the link that it did not fit; 0 = not told */
};

/* Reads an IP packet as a raw socket gives it. False: it is no such message, or not a whole one, or
 * about something else. */
bool too_big_read(const uint8_t *ip, size_t len, struct too_big *);

#endif
