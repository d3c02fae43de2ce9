/*
 * Echo requests of one client: the three that tell whether it is connected, and a steady flow of
 * them as long as it stays, of which is counted what came back and how long nothing did.
 */
#ifndef GATEHOUSE_TESTS_WIN_FLOW_H
#define GATEHOUSE_TESTS_WIN_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"

struct flow {
	uint32_t sent, answered;
	uint16_t number;  /* ICMP's sequence number */
	uint64_t last;    /* microseconds: when the newest answer came, 0 = none */
	uint64_t silence; /* the longest time between two of them */
};

#define FLOW_PACKET (20 + 8 + 32)

/* The next request, in a buffer of FLOW_PACKET bytes; `id` is ICMP's identifier. */
void flow_request(struct flow *, uint16_t id, const struct addr *from, const struct addr *to,
    uint8_t packet[FLOW_PACKET]);
/* Is that IP packet an answer to one of it? Then it is counted. */
bool flow_answer(struct flow *, uint16_t id, const struct addr *from, const uint8_t *packet,
    size_t len, uint64_t now);

#endif
