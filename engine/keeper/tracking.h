/*
 * What the kernel's connection tracking counts, and how long it waits. Packets and bytes of a
 * connection, and when it began, are told only while two switches are on: they are on while links
 * of ours forward, and go back to what the host had. In the host's state stands
 *
 *   sysctl netfilter/NAME    VALUE
 */
#ifndef GATEHOUSE_KEEPER_TRACKING_H
#define GATEHOUSE_KEEPER_TRACKING_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/keeper/host_state.h"

/* Turns both on, or puts them back; a kernel without them is lived with. */
void tracking_count(struct host_state *, bool on);

/* How long a connection without packets is kept. */
struct tracking_waits {
	uint32_t tcp[16]; /* by state, as Linux numbers them; 0 = not known */
	uint32_t udp, udp_stream, icmp, generic, sctp;
};

void tracking_waits_read(struct tracking_waits *);
/* Seconds, 0 = not known; answered: packets have come both ways. */
uint32_t tracking_wait(
    const struct tracking_waits *, uint8_t protocol, uint8_t state, bool answered);

#endif
