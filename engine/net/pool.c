/* Addresses in use: an open-addressing set of IPv4 addresses; see pool.h. */
#include "engine/net/pool.h"

#include <stdlib.h>
#include <string.h>

static size_t home(const struct pools *s, uint32_t address)
{
	return (address * 2654435761U) & (s->size - 1);
}

/* The slot that holds the address, or the free one where it would go. */
static size_t probe(const struct pools *s, uint32_t address)
{
	size_t i = home(s, address);

	while (s->slot[i] && s->slot[i] != address)
		i = (i + 1) & (s->size - 1);
	return i;
}

static bool grow(struct pools *s)
{
	struct pools bigger = {.size = s->size ? 2 * s->size : 64, .used = s->used};

	bigger.slot = calloc(bigger.size, sizeof *bigger.slot);
	if (!bigger.slot)
		return false;
	for (size_t i = 0; i < s->size; i++)
		if (s->slot[i])
			bigger.slot[probe(&bigger, s->slot[i])] = s->slot[i];
	free(s->slot);
	*s = bigger;
	return true;
}

void pools_fini(struct pools *s)
{
	free(s->slot);
	memset(s, 0, sizeof *s);
}

bool pool_in_use(const struct pools *s, uint32_t address)
{
	return s->size && s->slot[probe(s, address)] == address;
}

bool pool_take_fixed(struct pools *s, uint32_t address)
{
	size_t i;

	if (address == 0 || (4 * (s->used + 1) > 3 * s->size && !grow(s)))
		return false;
	i = probe(s, address);
	if (s->slot[i])
		return false;
	s->slot[i] = address;
	s->used++;
	return true;
}

void pool_give(struct pools *s, uint32_t address)
{
	size_t hole, i;

	if (address == 0 || !pool_in_use(s, address))
		return;
	hole = probe(s, address);
	s->slot[hole] = 0;
	s->used--;
	/* Close the gap: move back whatever was pushed past it. */
	for (i = (hole + 1) & (s->size - 1); s->slot[i]; i = (i + 1) & (s->size - 1)) {
		size_t want = home(s, s->slot[i]);

		if (((i - want) & (s->size - 1)) >= ((i - hole) & (s->size - 1))) {
			s->slot[hole] = s->slot[i];
			s->slot[i] = 0;
			hole = i;
		}
	}
}

bool pool_usable(const struct pool *p, uint32_t address)
{
	uint32_t mask = addr_to_v4(&p->mask);

	if (address < p->first || address > p->last)
		return false;
	/* A /31, a /32 and a pool without mask have no network and broadcast address. */
	if (mask == 0 || mask >= 0xfffffffe)
		return true;
	return (address & ~mask) != 0 && (address & ~mask) != ~mask;
}

bool pool_take(struct pools *s, const struct pool *p, uint32_t *address)
{
	for (uint64_t a = p->first; a <= p->last; a++) {
		if (!pool_usable(p, (uint32_t)a) || pool_in_use(s, (uint32_t)a))
			continue;
		if (!pool_take_fixed(s, (uint32_t)a))
			return false;
		*address = (uint32_t)a;
		return true;
	}
	return false;
}

uint32_t pool_size(const struct pool *p)
{
	uint32_t n = 0;

	for (uint64_t a = p->first; a <= p->last; a++)
		n += pool_usable(p, (uint32_t)a);
	return n;
}

uint32_t pool_taken(const struct pools *s, const struct pool *p)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s->size; i++)
		n += s->slot[i] && pool_usable(p, s->slot[i]);
	return n;
}
