/* What NFLOG says of packets: netlink messages, as they come out of the socket. */
#ifndef GATEHOUSE_FIREWALL_TOLD_READ_H
#define GATEHOUSE_FIREWALL_TOLD_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/wire/wire.h"

struct told {
	char prefix[64]; /* told.h */
	const uint8_t *packet;
	size_t len;	  /* of what there is of it */
	uint32_t in, out; /* links, 0 = none */
	uint32_t seq;	  /* one more each time; a gap: some were lost */
};

/* The next packet that is told of; what is something else is left out. False: there is none. */
bool told_next(struct rd *, struct told *);

#endif
