/* The look-ups that the protocols make in the configuration. See config.h. */
#include "engine/config/config.h"

#include <stdlib.h>
#include <string.h>

#include "engine/config/private.h"

const struct transform_set *config_transform_set(const struct config *c, const char *name)
{
	return vec_find(c, MSG_CFG_TRANSFORM_SET, &(struct cfg_transform_set){.name = name});
}

const struct cfg_pool *config_pool(const struct config *c, const char *name)
{
	return vec_find(c, MSG_CFG_POOL, &(struct cfg_pool){.name = name});
}

const struct cfg_group_policy *config_group_policy(const struct config *c, const char *name)
{
	return vec_find(c, MSG_CFG_GROUP_POLICY, &(struct cfg_group_policy){.name = name});
}

bool config_is_time(const struct config *c, const char *name)
{
	const struct cfg_time_range *t =
	    vec_find(c, MSG_CFG_TIME_RANGE, &(struct cfg_time_range){.name = name});

	return t && t->active;
}

const struct cfg_user_policy *config_user(const struct config *c, const char *name)
{
	return vec_find(c, MSG_CFG_USER_POLICY, &(struct cfg_user_policy){.name = name});
}

const struct config_list *config_access_list(const struct config *c, const char *name)
{
	const struct config_list key = {.name = (char *)(uintptr_t)name};

	return vec_find(c, MSG_CFG_ACCESS_LIST, &key);
}

const struct cfg_account_group *config_account_group(const struct config *c, const char *name)
{
	return vec_find(c, MSG_CFG_ACCOUNT_GROUP, &(struct cfg_account_group){.name = name});
}

const struct cfg_tunnel_group *config_tunnel_group(const struct config *c, const char *name)
{
	return vec_find(c, MSG_CFG_TUNNEL_GROUP, &(struct cfg_tunnel_group){.name = name});
}

static bool link_has(const struct link *l, const struct addr *a)
{
	for (unsigned n = 0; n < l->n_own; n++)
		if (addr_equal(&l->own[n], a))
			return true;
	return l->address.family && addr_equal(&l->address, a);
}

/* A card may have addresses besides the configured one: the host's. */
const struct interface *config_interface_by_addr(const struct config *c, const struct addr *a)
{
	for (size_t n = 0; n < c->n_interfaces; n++) {
		const struct interface *i = &c->interfaces[n];
		const struct link key = {.device = (char *)(uintptr_t)i->set.device};
		const struct link *l = key.device ? vec_find(c, MSG_LINK_STATE, &key) : NULL;

		if ((i->set.address.family && addr_equal(&i->set.address, a)) ||
		    (l && link_has(l, a)))
			return i;
	}
	return NULL;
}

bool config_is_own(const struct config *c, const struct addr *a)
{
	for (size_t n = 0; n < c->n_interfaces; n++)
		if (c->interfaces[n].set.address.family &&
		    addr_equal(&c->interfaces[n].set.address, a))
			return true;
	for (size_t n = 0; n < c->n_links; n++)
		if (link_has(&c->links[n], a))
			return true;
	return false;
}

/* The nearer of two addresses from `from` on. */
static void nearer(const struct addr *a, uint32_t from, uint32_t *best, bool *found)
{
	uint32_t v4 = a->family == AF_INET ? addr_to_v4(a) : 0;

	if (!v4 || v4 < from || (*found && v4 >= *best))
		return;
	*best = v4;
	*found = true;
}

bool config_next_own(const struct config *c, uint32_t from, uint32_t *address)
{
	bool found = false;

	for (size_t n = 0; n < c->n_interfaces; n++)
		nearer(&c->interfaces[n].set.address, from, address, &found);
	for (size_t n = 0; n < c->n_links; n++) {
		nearer(&c->links[n].address, from, address, &found);
		for (unsigned k = 0; k < c->links[n].n_own; k++)
			nearer(&c->links[n].own[k], from, address, &found);
	}
	return found;
}

const struct interface *config_interface_by_name(const struct config *c, const char *nameif)
{
	for (size_t n = 0; n < c->n_interfaces; n++)
		if (c->interfaces[n].set.nameif && strcmp(c->interfaces[n].set.nameif, nameif) == 0)
			return &c->interfaces[n];
	return NULL;
}

bool config_ike_enabled(const struct config *c, const struct interface *i)
{
	return i && i->set.nameif && !i->set.shutdown &&
	       vec_find(c, MSG_CFG_IKE_ENABLE, &(struct cfg_ike_enable){.ifname = i->set.nameif}) !=
		   NULL;
}

const struct cfg_ipsec_df *config_df(const struct config *c, const struct interface *i)
{
	return vec_find(c, MSG_CFG_IPSEC_DF, &(struct cfg_ipsec_df){.ifname = i->set.nameif});
}

const struct cfg_ipsec_fragmentation *config_fragmentation(
    const struct config *c, const struct interface *i)
{
	return vec_find(c, MSG_CFG_IPSEC_FRAGMENTATION,
	    &(struct cfg_ipsec_fragmentation){.ifname = i->set.nameif});
}

static const struct cfg_crypto_map_interface *bound(const struct config *c,
    const struct interface *i)
{
	return vec_find(c, MSG_CFG_CRYPTO_MAP_INTERFACE,
	    &(struct cfg_crypto_map_interface){.ifname = i ? i->set.nameif : NULL});
}

bool config_map_bound(const struct config *c, const struct interface *i)
{
	return bound(c, i) != NULL;
}

const struct map_entry *config_map_entry(
    const struct config *c, const struct interface *i, size_t n)
{
	const struct cfg_crypto_map_interface *b = bound(c, i);

	for (size_t s = 0; b && s < c->n_crypto_maps; s++) {
		const struct map_entry *e = &c->crypto_maps[s];

		if (config_text_cmp(e->set.name, b->name) != 0)
			continue;
		if (!e->set.dynamic) {
			if (n-- == 0)
				return e;
			continue;
		}
		for (size_t d = 0; d < c->n_dynamic_maps; d++)
			if (strcmp(c->dynamic_maps[d].set.name, e->set.dynamic) == 0 && n-- == 0)
				return &c->dynamic_maps[d];
	}
	return NULL;
}
