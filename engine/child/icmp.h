/* ICMP as ping and traceroute speak it: probes that are told apart by identifier and sequence, and
 * what comes back. IPv4. */
#ifndef GATEHOUSE_CHILD_ICMP_H
#define GATEHOUSE_CHILD_ICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"

#define ICMP_ECHO_HEAD 8
#define IPV4_HEAD 20

/* Writes an echo request, its data the 16 bits of `pattern` again and again; `len` bytes in all,
 * at least ICMP_ECHO_HEAD. */
void icmp_echo(uint8_t *to, size_t len, uint16_t id, uint16_t sequence, uint16_t pattern);

struct icmp_heard {
	uint8_t type, code;
	struct addr from, to;
	/* of an echo reply, or of the packet that an error tells of */
	uint8_t protocol;
	uint16_t id, sequence; /* ICMP: identifier, sequence; UDP: source and destination port */
	struct addr target;    /* where that packet went; an echo reply: from */
	const uint8_t *data;   /* of an echo reply, behind its head */
	size_t len;
};

/* Reads a packet as a raw socket has it, IP header included. False: nothing that answers a probe.
 */
bool icmp_read(const uint8_t *packet, size_t len, struct icmp_heard *);

#endif
