/* What TCP (RFC 793) and UDP (RFC 768) have in common: a header behind that of IP, and a checksum
 * over both, the payload and a pseudo header. */
#ifndef GATEHOUSE_L4_H
#define GATEHOUSE_L4_H

#include "engine/net/ipv4.h"

#define TCP_HEADER 20
#define TCP_SEQUENCE_AT 4
#define TCP_FLAGS_AT 13
#define TCP_SUM_AT 16
#define UDP_LENGTH_AT 4
#define UDP_SUM_AT 6

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_PSH = 0x08, TCP_ACK = 0x10, TCP_CWR = 0x80 };

/* How long the header under the cursor is, which moves behind it; 0: it is not whole, or of another
 * protocol. */
size_t l4_header(struct rd *, uint8_t protocol);
/* Where in it the checksum stands. */
static inline size_t l4_sum_at(uint8_t protocol)
{
	return protocol == 17 ? UDP_SUM_AT : TCP_SUM_AT;
}
/* Of the pseudo header of a packet of `total` bytes, not complemented. */
uint32_t l4_pseudo_sum(const struct ipv4 *, size_t total);
/* The same with header and payload; 0xffff when folded, if the packet holds its own. */
uint32_t l4_sum(const uint8_t *ip, const struct ipv4 *, size_t total);
/* As it goes into a packet: of UDP never 0, which is for none (0xffff is the same number). */
uint16_t l4_sum_sent(uint8_t protocol, uint32_t sum);
/* Is the checksum of a whole packet right? Of UDP one that is not there is not. */
bool l4_sum_is_right(const uint8_t *ip, const struct ipv4 *);

#endif
