/* The connections that the kernel tracks. */
#ifndef GATEHOUSE_KEEPER_CONNTRACK_H
#define GATEHOUSE_KEEPER_CONNTRACK_H

#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"
#include "engine/net/conn_filter.h"

struct tracked { /* IPv4 only */
	uint8_t protocol;
	uint8_t state;		 /* of TCP, as the kernel's connection tracking numbers it */
	bool answered;		 /* it is not taken away when room is short: both sides speak */
	struct path there, back; /* local: the source; remote: the destination */
	uint32_t timeout;	 /* seconds left */
	uint64_t since;		 /* Unix time, nanoseconds; 0: the kernel does not tell */
	struct tracked_count {
		uint64_t packets, bytes; /* 0 when the kernel does not count */
	} sent, got;			 /* by him who opened it, and by the other */
};

/* At most CONNECTIONS_TOLD_MAX, into a new array that the caller frees. 0 or an errno; without
 * connection tracking there are none. */
int conntrack_read(struct tracked **, size_t *n);
/* Forgets those that fit: their next packet is one of a new connection. 0 or an errno; `ended` is
 * how many they were. */
int conntrack_end(const struct conn_filter *, uint32_t *ended);

#endif
