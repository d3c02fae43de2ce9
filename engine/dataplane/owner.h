/*
 * Who owns what: a peer, not an SPI, belongs to a worker, and with it all its
 * SA pairs, both directions of them, its tunnels and its sessions. There are a
 * power of two of workers. Peer ids are numbers of our own, given one after the
 * other, so their last bits deal the peers out evenly; the SPIs that we choose
 * carry the same bits, so that whoever takes a packet off the wire knows whose
 * it is without a table:
 *
 *      31            17 16                  b b-1      0
 *     |  generation        |  place           |  worker  |     b = owners.bits
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
	unsigned bits; /* 1 << bits workers */
};

static inline unsigned owners_count(struct owners o)
{
	return 1u << o.bits;
}
/* The worker of a peer, of an SPI. */
static inline unsigned owner_of_peer(struct owners o, uint32_t peer)
{
	return peer & (owners_count(o) - 1);
}
static inline unsigned owner_of_spi(struct owners o, uint32_t spi)
{
	return spi & (owners_count(o) - 1);
}
/* How many SPIs each worker has, and which of them this is: an index in its owner's table. */
static inline uint32_t owner_places(struct owners o)
{
	return SA_TABLE >> o.bits;
}
static inline uint32_t spi_place(struct owners o, uint32_t spi)
{
	return spi % SA_TABLE >> o.bits;
}
static inline uint32_t spi_make(
    struct owners o, uint16_t generation, uint32_t place, unsigned worker)
{
	return (uint32_t)generation << SPI_PLACE_BITS | place << o.bits | worker;
}

#endif
