/*
 * What kinds of object the engine's configuration has, one row each; and what
 * is worked out of an object's words once, when it comes.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/config/private.h"

int config_text_cmp(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* ---- words --------------------------------------------------------------- */

static bool is(const char *word, const char *other)
{
	return config_text_cmp(word, other) == 0;
}

static void derive_policy(const struct config *c, void *item)
{
	struct ike_policy *p = item;

	(void)c;
	p->preshared = is(p->set.authentication, "pre-share");
	p->cipher = cipher_by_word(p->set.encryption ? p->set.encryption : "");
	p->hash = hash_by_word(p->set.hash ? p->set.hash : "");
}

static void derive_transform(const struct config *c, void *item)
{
	struct transform_set *t = item;

	(void)c;
	t->cipher = cipher_by_esp(t->set.encryption ? t->set.encryption : "");
	t->auth = t->set.authentication ? hash_by_esp(t->set.authentication) : HASH_NONE;
	t->transport = is(t->set.mode, "transport");
}

static void derive_entry(const struct config *c, void *item)
{
	struct map_entry *e = item;
	const char *pfs = e->set.pfs;

	(void)c;
	e->pfs_group = pfs && strncmp(pfs, "group", 5) == 0 ? (uint16_t)atoi(pfs + 5) : 0;
}

void config_see_link(struct interface *i, const struct link *l)
{
	if (config_text_cmp(i->set.device, l->device) != 0)
		return;
	i->ifindex = l->ifindex;
	i->mtu = l->mtu;
	i->up = l->up;
	i->live_address = l->address;
}

static void derive_interface(const struct config *c, void *item)
{
	for (size_t n = 0; n < c->n_links; n++)
		config_see_link(item, &c->links[n]);
}

/* ---- what is kept otherwise than its message ----------------------------------- */

static int link_cmp(const void *a, const void *b)
{
	return config_text_cmp(((const struct link *)a)->device, ((const struct link *)b)->device);
}

static void link_fini(void *item)
{
	free(((struct link *)item)->device);
}

static int list_cmp(const void *a, const void *b)
{
	return config_text_cmp(
	    ((const struct config_list *)a)->name, ((const struct config_list *)b)->name);
}

static void list_fini(void *item)
{
	struct config_list *l = item;

	free(l->name);
	acl_list_free(&l->rules);
}

/* ---- the kinds -------------------------------------------------------------- */

/* clang-format off */
#define SINGLE(f) \
	{offsetof(struct config, f), 0, sizeof ((struct config *)NULL)->f, NULL, NULL, NULL}
#define VECTOR(f, derive, cmp, fini) \
	{offsetof(struct config, f), offsetof(struct config, n_##f), \
	    sizeof *((struct config *)NULL)->f, derive, cmp, fini}
#define PLAIN(f) VECTOR(f, NULL, NULL, NULL)

static const struct kind kinds[MSG_COUNT] = {
	[MSG_CFG_SYSTEM] = SINGLE(system),
	[MSG_CFG_ISAKMP] = SINGLE(isakmp),
	[MSG_CFG_CRYPTO_ENGINE] = SINGLE(crypto_engine),
	[MSG_CFG_VPN_SESSIONDB] = SINGLE(vpn_sessiondb),
	[MSG_CFG_IPSEC] = SINGLE(ipsec),
	[MSG_CFG_ADDR_ASSIGN] = SINGLE(addr_assign),
	[MSG_CFG_ACCESS_LOG] = SINGLE(access_log),
	[MSG_CFG_IKE_POLICY] = VECTOR(policies, derive_policy, NULL, NULL),
	[MSG_CFG_IKE_ENABLE] = PLAIN(ike_interfaces),
	[MSG_CFG_TRANSFORM_SET] = VECTOR(transform_sets, derive_transform, NULL, NULL),
	[MSG_CFG_DYNAMIC_MAP] = VECTOR(dynamic_maps, derive_entry, NULL, NULL),
	[MSG_CFG_CRYPTO_MAP] = VECTOR(crypto_maps, derive_entry, NULL, NULL),
	[MSG_CFG_CRYPTO_MAP_INTERFACE] = PLAIN(map_bindings),
	[MSG_CFG_POOL] = PLAIN(pools),
	[MSG_CFG_GROUP_POLICY] = PLAIN(group_policies),
	[MSG_CFG_USER_POLICY] = PLAIN(users),
	[MSG_CFG_TUNNEL_GROUP] = PLAIN(tunnel_groups),
	[MSG_CFG_INTERFACE] = VECTOR(interfaces, derive_interface, NULL, NULL),
	[MSG_CFG_ACCESS_LIST] = VECTOR(access_lists, NULL, list_cmp, list_fini),
	[MSG_CFG_ACCOUNT_GROUP] = PLAIN(account_groups),
	[MSG_CFG_TIME_RANGE] = PLAIN(time_ranges),
	[MSG_CFG_IPSEC_DF] = PLAIN(df_policies),
	[MSG_CFG_IPSEC_FRAGMENTATION] = PLAIN(fragmentations),
	[MSG_LINK_STATE] = VECTOR(links, NULL, link_cmp, link_fini),
};
/* clang-format on */

/* The two messages of map entries have the same fields. */
_Static_assert(
    sizeof(struct cfg_dynamic_map) == sizeof(struct cfg_crypto_map), "one kind of entry");

const struct kind *config_kind(enum msg_type type)
{
	return (unsigned)type < MSG_COUNT && kinds[type].size ? &kinds[type] : NULL;
}
