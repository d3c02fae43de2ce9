/* Addresses in use; see pool.h. */
#include "engine/session/pool.h"

void pools_fini(struct pools *s)
{
	table_fini(&s->taken);
}

void *pool_holder(const struct pools *s, uint32_t address)
{
	return table_get(&s->taken, address);
}

/* An address of this machine, in whichever pool: a client that had it would talk to itself. */
static bool is_own(const struct pools *s, uint32_t address)
{
	struct addr a = addr_v4(address);

	return s->config && config_is_own(s->config, &a);
}

bool pool_take_fixed(struct pools *s, void *holder, uint32_t address)
{
	return !is_own(s, address) && table_add(&s->taken, address, holder);
}

void pool_give(struct pools *s, uint32_t address)
{
	table_remove(&s->taken, address);
}

static bool in_pool(const struct cfg_pool *p, uint32_t address)
{
	uint32_t mask = addr_to_v4(&p->mask);

	if (address < p->range.first || address > p->range.last)
		return false;
	/* A /31, a /32 and a pool without mask have no network and broadcast address. */
	if (mask == 0 || mask >= 0xfffffffe)
		return true;
	return (address & ~mask) != 0 && (address & ~mask) != ~mask;
}

/* What somebody holds counts, even when it has become ours since. */
bool pool_usable(const struct pools *s, const struct cfg_pool *p, uint32_t address)
{
	return in_pool(p, address) && (pool_holder(s, address) || !is_own(s, address));
}

bool pool_take(struct pools *s, const struct cfg_pool *p, void *holder, uint32_t *address)
{
	for (uint64_t a = p->range.first; a <= p->range.last; a++) {
		if (!in_pool(p, (uint32_t)a) || pool_holder(s, (uint32_t)a) ||
		    is_own(s, (uint32_t)a))
			continue;
		if (!pool_take_fixed(s, holder, (uint32_t)a))
			return false; /* no memory */
		*address = (uint32_t)a;
		return true;
	}
	return false;
}

/* How many addresses up to this one have these bits where the mask has none. */
static uint64_t up_to(uint64_t address, uint64_t block, uint64_t bits)
{
	return (address + block - bits) / block;
}

/* The addresses that the pool's range and mask leave. */
static uint32_t room(const struct cfg_pool *p)
{
	uint32_t mask = addr_to_v4(&p->mask);
	uint64_t n = (uint64_t)p->range.last - p->range.first + 1, block = ~mask + 1ULL;

	if (p->range.last < p->range.first)
		return 0;
	if (mask == 0 || mask >= 0xfffffffe) /* as in in_pool() */
		return (uint32_t)n;
	n -= up_to(p->range.last, block, 0) -
	     (p->range.first ? up_to(p->range.first - 1ULL, block, 0) : 0);
	n -= up_to(p->range.last, block, block - 1) -
	     (p->range.first ? up_to(p->range.first - 1ULL, block, block - 1) : 0);
	return (uint32_t)n;
}

uint32_t pool_size(const struct pools *s, const struct cfg_pool *p)
{
	uint32_t n = room(p), own = p->range.first;

	/* Ours are few, the pool may be large: they are asked for one after the other. */
	while (s->config && config_next_own(s->config, own, &own) && own <= p->range.last) {
		n -= in_pool(p, own) && !pool_holder(s, own);
		if (own++ == UINT32_MAX)
			break;
	}
	return n;
}

uint32_t pool_taken(const struct pools *s, const struct cfg_pool *p)
{
	const struct table_slot *t;
	uint32_t n = 0;
	size_t at = 0;

	while ((t = table_next(&s->taken, &at)))
		n += in_pool(p, t->key);
	return n;
}
