/* The connections that the kernel tracks. */
#ifndef GATEHOUSE_KEEPER_CONNTRACK_H
#define GATEHOUSE_KEEPER_CONNTRACK_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"

struct tracked { /* IPv4 only */
	uint8_t protocol;
	uint8_t state;		 /* of TCP, as the kernel's connection tracking numbers it */
	struct path there, back; /* local: the source; remote: the destination */
	uint32_t timeout;	 /* seconds left */
	uint64_t bytes;		 /* both ways; 0 when the kernel does not count */
};

/* At most CONNECTIONS_TOLD_MAX, into a new array that the caller frees. 0 or an errno; without
 * connection tracking there are none. */
int conntrack_read(struct tracked **, size_t *n);

#endif
