/*
 * The engine's copy of the running-config: sorted vectors of objects, its
 * defaults, and the look-ups that the protocols make. See config.h.
 */
#include "engine/config/config.h"

#include <stdlib.h>
#include <string.h>

#include "engine/config/private.h"

void config_init(struct config *c)
{
	struct policy dflt = {
	    .name = config_must(strdup("DfltGrpPolicy")),
	    .protocols = PROTO_IKEV1 | PROTO_IKEV2 | PROTO_L2TP_IPSEC | PROTO_SSL_CLIENTLESS,
	    .intercept_dhcp = 0,
	    .idle_timeout = 30,
	    .session_timeout = ATTR_NONE,
	    .simultaneous_logins = 3,
	};
	struct tunnel_group ra = {
	    .name = config_must(strdup("DefaultRAGroup")),
	    .type = config_must(strdup("remote-access")),
	    .keepalive = true,
	    .keepalive_threshold = 300,
	    .keepalive_retry = 2,
	    .chap = true,
	    .mschapv1 = true,
	};

	memset(c, 0, sizeof *c);
	c->hostname = config_must(strdup("ciscoasa"));
	c->l2tp_hello = 60;
	c->tcpmss = 1380;
	c->identity = config_must(strdup("auto"));
	c->nat_traversal = true;
	c->nat_keepalive = 20;
	c->sa_seconds = 28800;
	c->sa_kilobytes = 4608000;
	c->replay_window = 64;
	vec_put(&c->group_policies, &c->n_group_policies, &kind_policies, &dflt);
	vec_put(&c->tunnel_groups, &c->n_tunnel_groups, &kind_groups, &ra);
}

/* Everything but the links, which are the kernel's. */
void config_forget(struct config *c)
{
	free(c->hostname);
	free(c->identity);
	free(c->key_id);
	vec_clear(&c->policies, &c->n_policies, &kind_ike_policies);
	vec_clear(&c->transform_sets, &c->n_transform_sets, &kind_transform_sets);
	vec_clear(&c->dynamic_maps, &c->n_dynamic_maps, &kind_map_entries);
	vec_clear(&c->crypto_maps, &c->n_crypto_maps, &kind_map_entries);
	vec_clear(&c->map_bindings, &c->n_map_bindings, &kind_bindings);
	vec_clear(&c->pools, &c->n_pools, &kind_pools);
	vec_clear(&c->group_policies, &c->n_group_policies, &kind_policies);
	vec_clear(&c->users, &c->n_users, &kind_policies);
	vec_clear(&c->tunnel_groups, &c->n_tunnel_groups, &kind_groups);
	vec_clear(&c->interfaces, &c->n_interfaces, &kind_interfaces);
	vec_clear(&c->access_entries, &c->n_access_entries, &kind_access_entries);
	vec_clear(&c->ike_interfaces, &c->n_ike_interfaces, &kind_ifnames);
}

void config_fini(struct config *c)
{
	if (c->staging)
		config_fini(c->staging);
	free(c->staging);
	config_forget(c);
	vec_clear(&c->links, &c->n_links, &kind_links);
}

/* ---- look-ups ------------------------------------------------------------ */

/* Keys are only compared, so a name of the caller's may stand in. */
#define FIND(vec, kind, type, key) \
	vec_find(c->vec, c->n_##vec, &kind, &(struct type){.name = (char *)(uintptr_t)(key)})

const struct transform_set *config_transform_set(const struct config *c, const char *name)
{
	return FIND(transform_sets, kind_transform_sets, transform_set, name);
}

const struct pool *config_pool(const struct config *c, const char *name)
{
	return FIND(pools, kind_pools, pool, name);
}

const struct policy *config_group_policy(const struct config *c, const char *name)
{
	return FIND(group_policies, kind_policies, policy, name);
}

const struct policy *config_user(const struct config *c, const char *name)
{
	return FIND(users, kind_policies, policy, name);
}

const struct tunnel_group *config_tunnel_group(const struct config *c, const char *name)
{
	return FIND(tunnel_groups, kind_groups, tunnel_group, name);
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
		const struct link key = {.device = i->device};
		const struct link *l = i->device ? vec_find(c->links, c->n_links, &kind_links, &key) : NULL;

		if ((i->address.family && addr_equal(&i->address, a)) || (l && link_has(l, a)))
			return i;
	}
	return NULL;
}

bool config_is_own(const struct config *c, const struct addr *a)
{
	for (size_t n = 0; n < c->n_interfaces; n++)
		if (c->interfaces[n].address.family && addr_equal(&c->interfaces[n].address, a))
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
		nearer(&c->interfaces[n].address, from, address, &found);
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
		if (c->interfaces[n].nameif && strcmp(c->interfaces[n].nameif, nameif) == 0)
			return &c->interfaces[n];
	return NULL;
}

bool config_ike_enabled(const struct config *c, const struct interface *i)
{
	return i && i->nameif && !i->shutdown &&
	    vec_find(c->ike_interfaces, c->n_ike_interfaces, &kind_ifnames, &i->nameif) != NULL;
}

const struct map_entry *config_map_entry(const struct config *c, const struct interface *i, size_t n)
{
	struct map_binding key = {.ifname = i ? i->nameif : NULL};
	const struct map_binding *b = vec_find(c->map_bindings, c->n_map_bindings, &kind_bindings, &key);

	for (size_t s = 0; b && s < c->n_crypto_maps; s++) {
		const struct map_entry *e = &c->crypto_maps[s];

		if (strcmp(e->name, b->name) != 0)
			continue;
		if (!e->dynamic) {
			if (n-- == 0)
				return e;
			continue;
		}
		for (size_t d = 0; d < c->n_dynamic_maps; d++)
			if (strcmp(c->dynamic_maps[d].name, e->dynamic) == 0 && n-- == 0)
				return &c->dynamic_maps[d];
	}
	return NULL;
}
