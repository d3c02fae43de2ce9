/* What ping and traceroute share: the name, the clock, the wait for an answer. */
#ifndef GATEHOUSE_CHILD_PROBE_H
#define GATEHOUSE_CHILD_PROBE_H

#include "engine/child/icmp.h"

enum probe_end { PROBE_HEARD, PROBE_LATE, PROBE_STOPPED };

struct prober {
	int stream, icmp;      /* descriptors */
	bool stopped;	       /* the person has had enough */
	uint8_t packet[65536]; /* the last one heard */
};

/* The IPv4 address of a host's name, or of what is one already. */
bool probe_resolve(const char *host, struct addr *);
/* Microseconds that only rise. */
uint64_t probe_now(void);
/* Binds to an address of ours; unset: does nothing. False with errno. */
bool probe_bind(int fd, const struct addr *source);
/* Sends a datagram to the address; false with errno. */
bool probe_send(int fd, const struct addr *to, uint16_t port, const void *data, size_t len);
/* The next packet that could answer somebody's probe, until `until` (probe_now()). */
enum probe_end probe_wait(struct prober *, uint64_t until, struct icmp_heard *);
/* Was it a router of ours, the kernel itself, that had no answer from a neighbour? */
bool probe_is_own(const struct icmp_heard *);

#endif
