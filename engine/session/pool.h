/*
 * Addresses in use. A pool (struct cfg_pool, config.h) is only a range with a
 * mask; what is taken is remembered here by address, so a pool may be changed
 * or removed while sessions hold addresses of it. One that is given back may
 * rest a while (`vpn-addr-assign local reuse-delay`) before a pool gives it to
 * anybody.
 */
#ifndef GATEHOUSE_POOL_H
#define GATEHOUSE_POOL_H

#include <sys/queue.h>

#include "engine/base/env.h"
#include "engine/base/table.h"
#include "engine/config/config.h"

struct resting;

/* Taken addresses, host order, with whoever holds them. */
struct pools {
	struct table taken;
	const struct config *config;  /* whose own addresses nobody gets; NULL: none */
	struct env *env;	      /* the clock; NULL: nothing rests */
	struct table resting;	      /* by address */
	struct table starts;	      /* of pools: where the search for a free one begins */
	STAILQ_HEAD(, resting) queue; /* the same, as they were given back */
};

void pools_init(struct pools *, const struct config *, struct env *);
void pools_fini(struct pools *);
/* Takes the lowest free address of the pool that is neither network nor broadcast address of the
 * pool's mask nor one of our own for `holder` (not NULL); host order in *address, which is left
 * alone when there is none or no memory (false). */
bool pool_take(struct pools *, const struct cfg_pool *, void *holder, uint32_t *address);
/* Takes that very address (host order), whether it rests or not; false when it is in use, or our
 * own. */
bool pool_take_fixed(struct pools *, void *holder, uint32_t address);
/* Gives an address back; harmless when it was not in use. rest: for the reuse-delay. */
void pool_give(struct pools *, uint32_t address, bool rest);
/* Who holds it, or NULL. */
void *pool_holder(const struct pools *, uint32_t address);
/* May this address (host order) of the pool be given to anybody? */
bool pool_usable(const struct pools *, const struct cfg_pool *, uint32_t address);
/* Does it rest? */
bool pool_rests(struct pools *, uint32_t address);
/* Usable addresses of the pool, and how many of them are taken, and rest. */
uint32_t pool_size(const struct pools *, const struct cfg_pool *);
uint32_t pool_taken(const struct pools *, const struct cfg_pool *);
uint32_t pool_held(struct pools *, const struct cfg_pool *);

#endif
