/* Addresses in use; see pool.h. */
#include "engine/net/pool.h"

void pools_fini(struct pools *s)
{
	table_fini(&s->taken);
}

void *pool_holder(const struct pools *s, uint32_t address)
{
	return table_get(&s->taken, address);
}

static bool is_reserved(const struct pools *s, uint32_t address)
{
	return s->reserved && s->reserved(s->arg, address);
}

bool pool_take_fixed(struct pools *s, void *holder, uint32_t address)
{
	return !is_reserved(s, address) && table_add(&s->taken, address, holder);
}

void pool_give(struct pools *s, uint32_t address)
{
	table_remove(&s->taken, address);
}

static bool in_pool(const struct pool *p, uint32_t address)
{
	uint32_t mask = addr_to_v4(&p->mask);

	if (address < p->first || address > p->last)
		return false;
	/* A /31, a /32 and a pool without mask have no network and broadcast address. */
	if (mask == 0 || mask >= 0xfffffffe)
		return true;
	return (address & ~mask) != 0 && (address & ~mask) != ~mask;
}

/* What somebody holds counts, even when it has become ours since. */
bool pool_usable(const struct pools *s, const struct pool *p, uint32_t address)
{
	return in_pool(p, address) && (pool_holder(s, address) || !is_reserved(s, address));
}

bool pool_take(struct pools *s, const struct pool *p, void *holder, uint32_t *address)
{
	for (uint64_t a = p->first; a <= p->last; a++) {
		if (!in_pool(p, (uint32_t)a) || pool_holder(s, (uint32_t)a) ||
		    is_reserved(s, (uint32_t)a))
			continue;
		*address = (uint32_t)a;
		return pool_take_fixed(s, holder, (uint32_t)a);
	}
	return false;
}

uint32_t pool_size(const struct pools *s, const struct pool *p)
{
	uint32_t n = 0;

	for (uint64_t a = p->first; a <= p->last; a++)
		n += pool_usable(s, p, (uint32_t)a);
	return n;
}

uint32_t pool_taken(const struct pools *s, const struct pool *p)
{
	const struct table_slot *t;
	uint32_t n = 0;
	size_t at = 0;

	while ((t = table_next(&s->taken, &at)))
		n += in_pool(p, t->key);
	return n;
}
