/* What kinds of object the engine's configuration has: their keys, and what each owns. */
#include <stdlib.h>
#include <string.h>

#include "engine/config/private.h"
#include "engine/crypto/crypto.h"

static void wipe(char *secret)
{
	if (secret)
		crypto_wipe(secret, strlen(secret));
	free(secret);
}

static void names_fini(struct names *l)
{
	for (uint8_t i = 0; i < l->n; i++)
		free(l->v[i]);
	l->n = 0;
}

int config_text_cmp(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int number_cmp(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int policy_number_cmp(const void *a, const void *b)
{
	return number_cmp(((const struct ike_policy *)a)->priority, ((const struct ike_policy *)b)->priority);
}

static void nothing(void *item)
{
	(void)item;
}

static int transform_cmp(const void *a, const void *b)
{
	return config_text_cmp(((const struct transform_set *)a)->name, ((const struct transform_set *)b)->name);
}

static void transform_fini(void *item)
{
	free(((struct transform_set *)item)->name);
}

static int map_cmp(const void *a, const void *b)
{
	const struct map_entry *x = a, *y = b;
	int r = config_text_cmp(x->name, y->name);

	return r ? r : number_cmp(x->seq, y->seq);
}

static void map_fini(void *item)
{
	struct map_entry *m = item;

	free(m->name);
	free(m->dynamic);
	free(m->match_acl);
	names_fini(&m->transform_sets);
	names_fini(&m->peers);
}

static int binding_cmp(const void *a, const void *b)
{
	return config_text_cmp(((const struct map_binding *)a)->ifname, ((const struct map_binding *)b)->ifname);
}

static void binding_fini(void *item)
{
	free(((struct map_binding *)item)->name);
	free(((struct map_binding *)item)->ifname);
}

static int pool_cmp(const void *a, const void *b)
{
	return config_text_cmp(((const struct pool *)a)->name, ((const struct pool *)b)->name);
}

static void pool_fini(void *item)
{
	free(((struct pool *)item)->name);
}

static int policy_cmp(const void *a, const void *b)
{
	return config_text_cmp(((const struct policy *)a)->name, ((const struct policy *)b)->name);
}

static void policy_fini(void *item)
{
	struct policy *p = item;

	free(p->name);
	free(p->group_policy);
	names_fini(&p->dns);
	names_fini(&p->wins);
	names_fini(&p->pools);
	free(p->domain);
	free(p->split_policy);
	free(p->split_list);
	free(p->banner);
	free(p->filter);
	free(p->group_lock);
}

static int group_cmp(const void *a, const void *b)
{
	return config_text_cmp(((const struct tunnel_group *)a)->name, ((const struct tunnel_group *)b)->name);
}

static void group_fini(void *item)
{
	struct tunnel_group *g = item;

	free(g->name);
	free(g->type);
	names_fini(&g->pools);
	free(g->group_policy);
	free(g->server_group);
	wipe(g->psk);
}

static int interface_cmp(const void *a, const void *b)
{
	return config_text_cmp(((const struct interface *)a)->hardware, ((const struct interface *)b)->hardware);
}

static void interface_fini(void *item)
{
	struct interface *i = item;

	free(i->hardware);
	free(i->device);
	free(i->nameif);
}

static int link_cmp(const void *a, const void *b)
{
	return config_text_cmp(((const struct link *)a)->device, ((const struct link *)b)->device);
}

static void link_fini(void *item)
{
	free(((struct link *)item)->device);
}

static int access_cmp(const void *a, const void *b)
{
	const struct access_entry *x = a, *y = b;
	int r = config_text_cmp(x->list, y->list);

	return r ? r : number_cmp(x->line, y->line);
}

static void access_fini(void *item)
{
	free(((struct access_entry *)item)->list);
}

static int ifname_cmp(const void *a, const void *b)
{
	return config_text_cmp(*(char *const *)a, *(char *const *)b);
}

static void ifname_fini(void *item)
{
	free(*(char **)item);
}

const struct kind kind_ike_policies = {sizeof(struct ike_policy), policy_number_cmp, nothing};
const struct kind kind_transform_sets = {sizeof(struct transform_set), transform_cmp, transform_fini};
const struct kind kind_map_entries = {sizeof(struct map_entry), map_cmp, map_fini};
const struct kind kind_bindings = {sizeof(struct map_binding), binding_cmp, binding_fini};
const struct kind kind_pools = {sizeof(struct pool), pool_cmp, pool_fini};
const struct kind kind_policies = {sizeof(struct policy), policy_cmp, policy_fini};
const struct kind kind_groups = {sizeof(struct tunnel_group), group_cmp, group_fini};
const struct kind kind_interfaces = {sizeof(struct interface), interface_cmp, interface_fini};
const struct kind kind_links = {sizeof(struct link), link_cmp, link_fini};
const struct kind kind_access_entries = {sizeof(struct access_entry), access_cmp, access_fini};
const struct kind kind_ifnames = {sizeof(char *), ifname_cmp, ifname_fini};
