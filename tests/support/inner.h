/* Users' packets, made byte by byte: TCP and UDP with right sums, options and a payload that tells
 * where in its flow it stands. */
#ifndef GATEHOUSE_TESTS_INNER_H
#define GATEHOUSE_TESTS_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct inner {
	bool udp, df;
	uint32_t src, dst, sequence, acknowledged, stamp;
	uint16_t id, port, window, urgent;
	uint8_t tos, ttl, flags;
	unsigned ip_options, tcp_options; /* bytes, multiples of 4 */
	size_t at;			  /* in the flow, of the payload's first byte */
};

struct inner_packet {
	uint8_t bytes[2048];
	size_t len;
};

/* Writes it to `ip`, with so many bytes of payload; its length. */
size_t inner_make(const struct inner *, uint8_t *ip, size_t payload);
/* Leaves the sum of the pseudo header where the checksum of a packet without IP options stands, as
 * the kernel does that leaves the rest to others. */
void inner_pseudo(uint8_t *ip);

#endif
