/*
 * How long a user's packet may be for what leaves to fit the outside
 * interface. From outside to inside:
 *
 *     | IP | UDP 4500 (NAT-T) | ESP, IV |
 *         IP (tunnel mode) | UDP 1701 | L2TP | PPP | packet | pad, ICV |
 */
#ifndef GATEHOUSE_MTU_H
#define GATEHOUSE_MTU_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/crypto/algorithm.h"

#define MTU_DEFAULT 1500 /* of an interface that nothing is known of */
#define MTU_LEAST 68     /* what every IPv4 link carries (RFC 791 3.2) */

/* The longest L2TP message that fits an outer packet of `outer` bytes; 0 when none does. */
uint16_t mtu_message(enum cipher, enum hash, bool transport, bool udp_encap, uint32_t outer);
/* The longest user's packet in such a message behind `header` bytes of L2TP and PPP; never less
 * than MTU_LEAST. */
static inline uint16_t mtu_inner(uint16_t message, uint16_t header)
{
	return message > MTU_LEAST + header ? (uint16_t)(message - header) : MTU_LEAST;
}

#endif
