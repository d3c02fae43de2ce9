/* Addresses in use; see pool.h. */
#include "engine/session/pool.h"

#include <stdlib.h>

struct resting {
	STAILQ_ENTRY(resting) link;
	uint32_t address; /* 0: somebody has taken it meanwhile */
	uint64_t since;	  /* monotonic */
};

void pools_init(struct pools *s, const struct config *config, struct env *env)
{
	*s = (struct pools){.config = config, .env = env};
	STAILQ_INIT(&s->queue);
}

/* ---- where to look --------------------------------------------------------------- */

/* Of each pool, by its first address, the first that may be free: those in front of it are not. A
 * pool that has none, for want of memory too, is looked through from its beginning. */
static uint32_t start_of(const struct pools *s, const struct cfg_pool *p)
{
	uint32_t start = (uint32_t)(uintptr_t)table_get(&s->starts, p->range.first);

	return start ? start : p->range.first;
}

/* Without memory for it the next walk begins in front. */
static void start_at(struct pools *s, const struct cfg_pool *p, uint32_t address)
{
	table_remove(&s->starts, p->range.first);
	(void)table_add(&s->starts, p->range.first, (void *)(uintptr_t)address);
}

static void now_free(struct pools *s, uint32_t address)
{
	struct table_slot *t;

	for (size_t at = 0; (t = table_next(&s->starts, &at));)
		if (t->key <= address && address < (uintptr_t)t->value)
			t->value = (void *)(uintptr_t)address;
}

/* ---- rest ----------------------------------------------------------------------- */

static void first_goes(struct pools *s)
{
	struct resting *r = STAILQ_FIRST(&s->queue);

	STAILQ_REMOVE_HEAD(&s->queue, link);
	if (r->address) {
		table_remove(&s->resting, r->address);
		now_free(s, r->address);
	}
	free(r);
}

static uint64_t delay(const struct pools *s)
{
	return s->env && s->config ? s->config->addr_assign.reuse_delay * 60 * SEC : 0;
}

/* Those that have rested for what the delay is now. */
static void wake(struct pools *s)
{
	const struct resting *r;

	if (!s->env)
		return;
	while ((r = STAILQ_FIRST(&s->queue)) && r->since + delay(s) <= s->env->now(s->env))
		first_goes(s);
}

/* False: it does not rest. */
static bool lay_down(struct pools *s, uint32_t address)
{
	struct resting *r = delay(s) ? malloc(sizeof *r) : NULL;

	if (!r)
		return false;
	*r = (struct resting){.address = address, .since = s->env->now(s->env)};
	if (table_add(&s->resting, address, r)) {
		STAILQ_INSERT_TAIL(&s->queue, r, link);
		return true;
	}
	free(r);
	return false;
}

bool pool_rests(struct pools *s, uint32_t address)
{
	wake(s);
	return table_get(&s->resting, address) != NULL;
}

void pools_fini(struct pools *s)
{
	while (s->env && !STAILQ_EMPTY(&s->queue))
		first_goes(s);
	table_fini(&s->resting);
	table_fini(&s->taken);
	table_fini(&s->starts);
}

/* ---- in use --------------------------------------------------------------------- */

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
	struct resting *r;

	if (is_own(s, address) || !table_add(&s->taken, address, holder))
		return false;
	r = table_remove(&s->resting, address);
	if (r)
		r->address = 0;
	return true;
}

void pool_give(struct pools *s, uint32_t address, bool rest)
{
	if (table_remove(&s->taken, address) && !(rest && lay_down(s, address)))
		now_free(s, address);
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

/* 0: none. */
static uint32_t first_free(const struct pools *s, const struct cfg_pool *p, uint32_t from)
{
	for (uint64_t a = from; a <= p->range.last; a++)
		if (in_pool(p, (uint32_t)a) && !pool_holder(s, (uint32_t)a) &&
		    !is_own(s, (uint32_t)a) && !table_get(&s->resting, (uint32_t)a))
			return (uint32_t)a;
	return 0;
}

bool pool_take(struct pools *s, const struct cfg_pool *p, void *holder, uint32_t *address)
{
	uint32_t a;

	wake(s);
	a = first_free(s, p, start_of(s, p));
	if (!a) /* one of our own in front of that may be ours no longer */
		a = first_free(s, p, p->range.first);
	if (!a || !pool_take_fixed(s, holder, a))
		return false; /* full, or no memory */
	start_at(s, p, a + 1);
	*address = a;
	return true;
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

uint32_t pool_held(struct pools *s, const struct cfg_pool *p)
{
	const struct table_slot *t;
	uint32_t n = 0;
	size_t at = 0;

	wake(s);
	while ((t = table_next(&s->resting, &at)))
		n += in_pool(p, t->key) && !is_own(s, t->key);
	return n;
}
