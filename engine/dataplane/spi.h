/*
 * The control side's register of SPIs: which are reserved, installed, or still
 * with their worker although removed. Free places wait in a queue for each
 * worker, so that a place comes back as late as possible.
 */
#ifndef GATEHOUSE_SPI_H
#define GATEHOUSE_SPI_H

#include "engine/base/env.h"
#include "engine/dataplane/owner.h"
#include "engine/dataplane/pair.h"

enum spi_state { SPI_FREE, SPI_RESERVED, SPI_INSTALLED, SPI_REMOVED };

struct spi_slot {
	struct dp_sa *sa; /* while installed */
	uint32_t peer;    /* whose it is then */
	uint16_t generation;
	uint8_t state;
	bool outbound; /* it can send, too */
};

struct spis;

/* NULL: out of memory. */
struct spis *spis_create(struct owners);
void spis_destroy(struct spis *);
/* A new one of that worker; 0 when all of his are in use. */
uint32_t spi_reserve(struct spis *, struct env *, unsigned worker);
/* The slot of an SPI in use, NULL when it is not. */
struct spi_slot *spi_slot(struct spis *, uint32_t spi);
/* Nobody holds it any more. */
void spi_free(struct spis *, struct spi_slot *);
/* How many are in use. */
size_t spis_used(const struct spis *);
/* Iterates over those in use, in the order of their slots: 0 begins, 0 ends. */
uint32_t spi_next(const struct spis *, uint32_t spi);

#endif
