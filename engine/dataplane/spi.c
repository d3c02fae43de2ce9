/* The register of SPIs; see spi.h, and owner.h for what an SPI is made of. */
#include "engine/dataplane/spi.h"

#include <stdlib.h>

#include "engine/base/sparse.h"

/* A worker's free places: those that were never used, then those given back, oldest first. So the
 * memory of a place is touched when it is needed. */
struct queue {
	uint32_t *place;
	uint32_t fresh; /* the first that was never used */
	size_t head, len;
};

struct spis {
	struct owners owners;
	struct queue free[WORKERS_MAX];
	uint32_t places[SA_TABLE]; /* a part for each queue */
	struct spi_slot slot[SA_TABLE];
};

struct spis *spis_create(struct owners owners)
{
	struct spis *s = calloc(1, sizeof *s);
	uint32_t each = owner_places(owners);

	if (!s)
		return NULL;
	s->owners = owners;
	for (unsigned w = 0; w < owners_count(owners); w++)
		s->free[w] = (struct queue){.place = s->places + w * each};
	return s;
}

void spis_destroy(struct spis *s)
{
	free(s);
}

static uint32_t index_of(const struct spis *s, uint32_t place, unsigned worker)
{
	return spi_make(s->owners, 0, place, worker);
}

static bool take_place(struct queue *q, uint32_t all, uint32_t *place)
{
	if (q->fresh < all) {
		*place = q->fresh++;
		return true;
	}
	if (q->len == 0)
		return false;
	*place = q->place[q->head++ % all];
	q->len--;
	return true;
}

uint32_t spi_reserve(struct spis *s, struct env *env, unsigned worker)
{
	struct queue *q = &s->free[worker];
	struct spi_slot *slot;
	uint16_t generation;
	uint32_t place;

	if (!take_place(q, owner_places(s->owners), &place))
		return 0;
	slot = &s->slot[index_of(s, place, worker)];
	do {
		env->random(env, &generation, sizeof generation);
		generation >>= SPI_PLACE_BITS - 16;
	} while (generation == 0 || generation == slot->generation);
	*slot = (struct spi_slot){.generation = generation, .state = SPI_RESERVED};
	return spi_make(s->owners, generation, place, worker);
}

/* The SPI of the slot with that number; 0 when it is free. */
static uint32_t spi_at(const struct spis *s, uint32_t i)
{
	const struct spi_slot *slot = &s->slot[i];

	return slot->state == SPI_FREE ? 0 : (uint32_t)slot->generation << SPI_PLACE_BITS | i;
}

struct spi_slot *spi_slot(struct spis *s, uint32_t spi)
{
	return spi && spi_at(s, spi % SA_TABLE) == spi ? &s->slot[spi % SA_TABLE] : NULL;
}

uint32_t spi_next(const struct spis *s, uint32_t spi)
{
	size_t i = spi ? spi % SA_TABLE + 1 : 0;

	while ((i = sparse_next(s->slot, sizeof *s->slot, SA_TABLE, i)) < SA_TABLE &&
	       s->slot[i].state == SPI_FREE)
		i++; /* it was in use once */
	return i < SA_TABLE ? spi_at(s, (uint32_t)i) : 0;
}

void spi_free(struct spis *s, struct spi_slot *slot)
{
	uint32_t i = (uint32_t)(slot - s->slot);
	struct queue *q = &s->free[owner_of_spi(s->owners, i)];

	slot->state = SPI_FREE;
	slot->sa = NULL;
	q->place[(q->head + q->len++) % owner_places(s->owners)] = spi_place(s->owners, i);
}

size_t spis_used(const struct spis *s)
{
	size_t used = 0;

	for (unsigned w = 0; w < owners_count(s->owners); w++)
		used += s->free[w].fresh - s->free[w].len;
	return used;
}
