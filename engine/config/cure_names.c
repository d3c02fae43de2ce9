/* Names for cures; see cure_names.h. */
#include "engine/config/cure_names.h"

#include <string.h>

#define DEFAULT_GROUP "DefaultRAGroup"

/* The map that is bound to the interface, else the first there is. */
static const char *map_of(const struct config *c, const char *nameif)
{
	for (size_t i = 0; nameif && i < c->n_map_bindings; i++)
		if (strcmp(c->map_bindings[i].ifname, nameif) == 0)
			return c->map_bindings[i].name;
	return c->n_crypto_maps ? c->crypto_maps[0].set.name : NULL;
}

/* The dynamic map that serves that one, else the first there is. */
static const char *dynamic_of(const struct config *c, const char *map)
{
	for (size_t i = 0; map && i < c->n_crypto_maps; i++)
		if (c->crypto_maps[i].set.dynamic && c->crypto_maps[i].set.name &&
		    strcmp(c->crypto_maps[i].set.name, map) == 0)
			return c->crypto_maps[i].set.dynamic;
	return c->n_dynamic_maps ? c->dynamic_maps[0].set.name : NULL;
}

/* One that L2TP clients can use, else any. */
static const char *transform_set_of(const struct config *c)
{
	for (size_t i = 0; i < c->n_transform_sets; i++)
		if (c->transform_sets[i].transport && c->transform_sets[i].auth != HASH_NONE)
			return c->transform_sets[i].set.name;
	return c->n_transform_sets ? c->transform_sets[0].set.name : NULL;
}

static const char *pool_of(const struct config *c, const struct cfg_tunnel_group *g,
    const struct cfg_group_policy *p)
{
	if (p && p->pools_state == STATE_VALUE && p->pools.n)
		return p->pools.v[0];
	if (g && g->pools.n)
		return g->pools.v[0];
	return c->n_pools ? c->pools[0].name : NULL;
}

void config_cure_names(const struct config *c, const struct interface *i, const char *tunnel_group,
    struct cure_names *n)
{
	const char *group = tunnel_group && *tunnel_group ? tunnel_group : DEFAULT_GROUP;
	const struct cfg_tunnel_group *g = config_tunnel_group(c, group);
	const struct cfg_group_policy *p =
	    g && g->group_policy ? config_group_policy(c, g->group_policy) : NULL;

	*n = (struct cure_names){
	    .interface = i ? i->set.nameif : NULL,
	    .tunnel_group = g ? g->name : NULL,
	    .policy = p ? p->name : NULL,
	    .pool = pool_of(c, g, p),
	    .transform_set = transform_set_of(c),
	    .servers = g && g->auth_group ? g->auth_group : "LOCAL",
	};
	n->map = map_of(c, n->interface);
	n->dynamic_map = dynamic_of(c, n->map);
}
