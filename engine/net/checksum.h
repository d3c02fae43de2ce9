/* The checksum of IP, ICMP, TCP and UDP: RFC 1071, changed in place as in RFC 1624. */
#ifndef GATEHOUSE_CHECKSUM_H
#define GATEHOUSE_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Adds `len` bytes to a sum that is not complemented yet; only the last of its parts may be of an
 * odd length. Starts with 0. */
uint32_t ip_sum(uint32_t sum, const void *bytes, size_t len);
/* What such a sum becomes in a packet. */
uint16_t ip_sum_end(uint32_t sum);
/* Over `len` bytes, as it goes into a packet (host order); 0 when the bytes hold their own. */
uint16_t ip_checksum(const uint8_t *bytes, size_t len);
/* What `sum` becomes when 16 bits change from `was` to `is`; `odd`: they stand at an odd offset of
 * what is summed. */
uint16_t ip_checksum_update(uint16_t sum, uint16_t was, uint16_t is, bool odd);

#endif
