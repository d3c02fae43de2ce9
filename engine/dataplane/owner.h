/*
 * Who owns what: a peer, not an SPI, belongs to a worker, and with it all its
 * SA pairs, both directions of them, its tunnels and its sessions. Peer ids are
 * numbers of our own, given one after the other, so their remainder deals the
 * peers out evenly; the low halves of the SPIs that we choose have the same
 * remainder, so that whoever takes a packet off the wire, the kernel too
 * (steer.h), knows whose it is without a table:
 *
 *      31            17 16                                       0
 *     |  generation     |  place * number of workers + worker      |
 *
 * The generation is random and differs from the last SPI of that place; it is
 * never 0, so no SPI is among the first 256, which are reserved (RFC 4303 2.1).
 */
#ifndef GATEHOUSE_OWNER_H
#define GATEHOUSE_OWNER_H

#include <stdint.h>

#define WORKERS_MAX 16
/* SPIs in use at a time, of all workers together: two for each session, were they all to renew
 * their SAs at once. */
#define SPI_PLACE_BITS 17
#define SA_TABLE (1u << SPI_PLACE_BITS)

struct owners {
	unsigned others; /* workers beside the first */
};

static inline unsigned owners_count(struct owners o)
{
	return o.others + 1;
}
/* The worker of a peer, of an SPI. */
static inline unsigned owner_of_peer(struct owners o, uint32_t peer)
{
	return peer % owners_count(o);
}
static inline unsigned owner_of_spi(struct owners o, uint32_t spi)
{
	return spi % SA_TABLE % owners_count(o);
}
/* How many SPIs each worker has, and which of them this is: an index in its owner's table. What is
 * no SPI of ours may be the one behind them. */
static inline uint32_t owner_places(struct owners o)
{
	return SA_TABLE / owners_count(o);
}
static inline uint32_t spi_place(struct owners o, uint32_t spi)
{
	return spi % SA_TABLE / owners_count(o);
}
static inline uint32_t spi_make(
    struct owners o, uint16_t generation, uint32_t place, unsigned worker)
{
	return (uint32_t)generation << SPI_PLACE_BITS | (place * owners_count(o) + worker);
}

#endif
