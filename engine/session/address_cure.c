/* A pool for who has none; see address_cure.h. */
#include "engine/session/address_cure.h"

#include <string.h>

#include "engine/config/cure_names.h"

/* Does nobody have any of it: no interface, no pool? */
static bool range_free(void *ctx, uint32_t first, uint32_t last)
{
	const struct config *c = ctx;

	for (size_t i = 0; i < c->n_interfaces; i++) {
		const struct cfg_interface *set = &c->interfaces[i].set;
		uint32_t address = addr_to_v4(&set->address), mask = addr_to_v4(&set->mask);
		uint32_t live = addr_to_v4(&c->interfaces[i].live_address);

		if (address && first <= (address | ~mask) && (address & mask) <= last)
			return false;
		if (first <= live && live <= last) /* by DHCP */
			return false;
	}
	for (size_t i = 0; i < c->n_pools; i++)
		if (first <= c->pools[i].range.last && c->pools[i].range.first <= last)
			return false;
	return true;
}

static bool name_free(void *ctx, const char *name)
{
	return !config_pool(ctx, name);
}

static bool says_pools(const struct cfg_group_policy *p)
{
	return p->pools_state != STATE_INHERIT;
}

/* Names the pool where his pools are named. */
static void name_it(const struct session *s, struct cure_names *n, char *cure)
{
	const struct config *c = s->gw->config;
	const struct cfg_group_policy *p = config_policy_saying(
	    c, s->policy->group_policy, says_pools);
	bool has = p && p->pools_state == STATE_VALUE && p->pools.n;

	n->name = has ? p->name : NULL;
	cure_add(cure, has ? CURE_POLICY_POOL : CURE_GROUP_POOL, n);
}

void address_cure(const struct session *s, enum reason why, char cure[CURE_MAX])
{
	const struct config *c = s->gw->config;
	char range[CURE_RANGE_MAX], next[CURE_NAME_MAX];
	struct cure_names n = {.tunnel_group = s->peer->tunnel_group};
	/* Named there, and not made. */
	bool named = why == REASON_NO_POOL && s->policy->n_pools;

	*cure = '\0';
	if (s->policy->n_pools)
		n.pool = s->policy->pools[0];
	if (why == REASON_NO_ADDRESS)
		n.pool = cure_next_name(n.pool, name_free, (void *)(uintptr_t)c, next);
	else if (!named && c->n_pools)
		n.pool = c->pools[0].name;
	n.range = cure_range(range_free, (void *)(uintptr_t)c, range);
	if (named || why == REASON_NO_ADDRESS || !c->n_pools)
		cure_add(cure, CURE_NEW_POOL, &n);
	if (!named)
		name_it(s, &n, cure);
}
