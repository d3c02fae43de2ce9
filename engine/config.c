/*
 * The engine's copy of the running-config: CFG_* messages in, sorted vectors
 * out. Every object is replaced whole, so a half-applied change cannot exist.
 */
#include "engine/config.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ipc/message.h"

/* ---- strings ---------------------------------------------------------- */

static void *must(void *p)
{
	if (!p)
		abort(); /* a gateway that cannot hold its configuration must not run on half of it */
	return p;
}

/* A copy; NULL for "". */
static char *copy(const char *s)
{
	return s && *s ? must(strdup(s)) : NULL;
}

static void wipe(char *secret)
{
	if (secret)
		OPENSSL_cleanse(secret, strlen(secret));
	free(secret);
}

static void names_copy(struct names *to, const struct strlist *from)
{
	to->n = 0;
	for (uint8_t i = 0; i < from->n && i < CONFIG_NAMES_MAX; i++)
		to->v[to->n++] = must(strdup(from->v[i]));
}

static void names_fini(struct names *l)
{
	for (uint8_t i = 0; i < l->n; i++)
		free(l->v[i]);
	l->n = 0;
}

static int text_cmp(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int number_cmp(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* ---- what each vector holds ------------------------------------------- */

struct kind {
	size_t size;
	int (*cmp)(const void *a, const void *b);
	void (*fini)(void *);
};

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
	return text_cmp(((const struct transform_set *)a)->name, ((const struct transform_set *)b)->name);
}

static void transform_fini(void *item)
{
	free(((struct transform_set *)item)->name);
}

static int map_cmp(const void *a, const void *b)
{
	const struct map_entry *x = a, *y = b;
	int r = text_cmp(x->name, y->name);

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
	return text_cmp(((const struct map_binding *)a)->ifname, ((const struct map_binding *)b)->ifname);
}

static void binding_fini(void *item)
{
	free(((struct map_binding *)item)->name);
	free(((struct map_binding *)item)->ifname);
}

static int pool_cmp(const void *a, const void *b)
{
	return text_cmp(((const struct pool *)a)->name, ((const struct pool *)b)->name);
}

static void pool_fini(void *item)
{
	free(((struct pool *)item)->name);
}

static int policy_cmp(const void *a, const void *b)
{
	return text_cmp(((const struct policy *)a)->name, ((const struct policy *)b)->name);
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
	return text_cmp(((const struct tunnel_group *)a)->name, ((const struct tunnel_group *)b)->name);
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
	return text_cmp(((const struct interface *)a)->hardware, ((const struct interface *)b)->hardware);
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
	return text_cmp(((const struct link *)a)->device, ((const struct link *)b)->device);
}

static void link_fini(void *item)
{
	free(((struct link *)item)->device);
}

static int access_cmp(const void *a, const void *b)
{
	const struct access_entry *x = a, *y = b;
	int r = text_cmp(x->list, y->list);

	return r ? r : number_cmp(x->line, y->line);
}

static void access_fini(void *item)
{
	free(((struct access_entry *)item)->list);
}

static int ifname_cmp(const void *a, const void *b)
{
	return text_cmp(*(char *const *)a, *(char *const *)b);
}

static void ifname_fini(void *item)
{
	free(*(char **)item);
}

static const struct kind ike_policies = {sizeof(struct ike_policy), policy_number_cmp, nothing};
static const struct kind transform_sets = {sizeof(struct transform_set), transform_cmp, transform_fini};
static const struct kind map_entries = {sizeof(struct map_entry), map_cmp, map_fini};
static const struct kind bindings = {sizeof(struct map_binding), binding_cmp, binding_fini};
static const struct kind pools = {sizeof(struct pool), pool_cmp, pool_fini};
static const struct kind policies = {sizeof(struct policy), policy_cmp, policy_fini};
static const struct kind groups = {sizeof(struct tunnel_group), group_cmp, group_fini};
static const struct kind interfaces = {sizeof(struct interface), interface_cmp, interface_fini};
static const struct kind links = {sizeof(struct link), link_cmp, link_fini};
static const struct kind access_entries = {sizeof(struct access_entry), access_cmp, access_fini};
static const struct kind ifnames = {sizeof(char *), ifname_cmp, ifname_fini};

/* ---- sorted vectors ---------------------------------------------------- */

/* Where `item` is, or would be. */
static size_t place(const char *base, size_t n, const struct kind *k, const void *item, bool *found)
{
	size_t lo = 0, hi = n;

	*found = false;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int r = k->cmp(base + mid * k->size, item);

		if (r == 0) {
			*found = true;
			return mid;
		}
		if (r < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Takes `item` over: replaces the one with the same key, else inserts it. */
static void *put(void *vec, size_t *n, const struct kind *k, const void *item)
{
	char **base = vec;
	bool found;
	size_t at = place(*base, *n, k, item, &found);

	if (found) {
		k->fini(*base + at * k->size);
	} else {
		*base = must(realloc(*base, (*n + 1) * k->size));
		memmove(*base + (at + 1) * k->size, *base + at * k->size, (*n - at) * k->size);
		(*n)++;
	}
	return memcpy(*base + at * k->size, item, k->size);
}

/* Removes the one with `item`'s key, and frees `item`'s parts too. */
static void drop(void *vec, size_t *n, const struct kind *k, void *item)
{
	char **base = vec;
	bool found;
	size_t at = place(*base, *n, k, item, &found);

	if (found) {
		k->fini(*base + at * k->size);
		memmove(*base + at * k->size, *base + (at + 1) * k->size, (*n - at - 1) * k->size);
		(*n)--;
	}
	k->fini(item);
}

static void change(void *vec, size_t *n, const struct kind *k, uint8_t op, void *item)
{
	if (op == CFG_SET)
		put(vec, n, k, item);
	else
		drop(vec, n, k, item);
}

static void clear(void *vec, size_t *n, const struct kind *k)
{
	char **base = vec;

	for (size_t i = 0; i < *n; i++)
		k->fini(*base + i * k->size);
	free(*base);
	*base = NULL;
	*n = 0;
}

static void *find(const void *vec, size_t n, const struct kind *k, const void *key)
{
	bool found;
	size_t at = place(vec, n, k, key, &found);

	return found ? (char *)(uintptr_t)vec + at * k->size : NULL;
}

/* ---- messages to objects ------------------------------------------------ */

static uint16_t pfs_number(const char *word)
{
	return strncmp(word, "group", 5) == 0 ? (uint16_t)atoi(word + 5) : 0;
}

static void set_ike_policy(struct config *c, const struct msg_cfg_ike_policy *m)
{
	struct ike_policy p = {
	    .priority = m->priority,
	    .preshared = strcmp(m->authentication, "pre-share") == 0,
	    .cipher = cipher_by_word(m->encryption),
	    .hash = hash_by_word(m->hash),
	    .group = m->group,
	    .lifetime = m->lifetime,
	};

	change(&c->policies, &c->n_policies, &ike_policies, m->op, &p);
}

static void set_transform_set(struct config *c, const struct msg_cfg_transform_set *m)
{
	struct transform_set t = {
	    .name = copy(m->name),
	    .cipher = cipher_by_esp(m->encryption),
	    .auth = *m->authentication ? hash_by_esp(m->authentication) : HASH_NONE,
	    .transport = strcmp(m->mode, "transport") == 0,
	};

	change(&c->transform_sets, &c->n_transform_sets, &transform_sets, m->op, &t);
}

static void set_dynamic_map(struct config *c, const struct msg_cfg_dynamic_map *m)
{
	struct map_entry e = {
	    .name = copy(m->name),
	    .seq = m->seq,
	    .match_acl = copy(m->match_acl),
	    .pfs_group = pfs_number(m->pfs),
	    .seconds = m->seconds,
	    .kilobytes = m->kilobytes,
	    .reverse_route = m->reverse_route,
	    .nat_t_disable = m->nat_t_disable,
	};

	names_copy(&e.transform_sets, &m->transform_sets);
	change(&c->dynamic_maps, &c->n_dynamic_maps, &map_entries, m->op, &e);
}

static void set_crypto_map(struct config *c, const struct msg_cfg_crypto_map *m)
{
	struct map_entry e = {
	    .name = copy(m->name),
	    .seq = m->seq,
	    .dynamic = copy(m->dynamic),
	    .match_acl = copy(m->match_acl),
	    .pfs_group = pfs_number(m->pfs),
	    .seconds = m->seconds,
	    .kilobytes = m->kilobytes,
	};

	names_copy(&e.transform_sets, &m->transform_sets);
	names_copy(&e.peers, &m->peers);
	change(&c->crypto_maps, &c->n_crypto_maps, &map_entries, m->op, &e);
}

static void set_binding(struct config *c, const struct msg_cfg_crypto_map_interface *m)
{
	struct map_binding b = {.name = copy(m->name), .ifname = copy(m->ifname)};

	change(&c->map_bindings, &c->n_map_bindings, &bindings, m->op, &b);
}

static void set_pool(struct config *c, const struct msg_cfg_pool *m)
{
	struct pool p = {
	    .name = copy(m->name),
	    .first = addr_to_v4(&m->first),
	    .last = addr_to_v4(&m->last),
	    .mask = m->mask,
	};

	change(&c->pools, &c->n_pools, &pools, m->op, &p);
}

static void set_group_policy(struct config *c, const struct msg_cfg_group_policy *m)
{
	struct policy p = {
	    .name = copy(m->name),
	    .protocols = m->protocols,
	    .dns_state = m->dns_state,
	    .wins_state = m->wins_state,
	    .domain_state = m->domain_state,
	    .split_list_state = m->split_list_state,
	    .pools_state = m->pools_state,
	    .banner_state = m->banner_state,
	    .filter_state = m->filter_state,
	    .group_lock_state = m->group_lock_state,
	    .domain = copy(m->domain),
	    .split_policy = copy(m->split_policy),
	    .split_list = copy(m->split_list),
	    .banner = copy(m->banner),
	    .filter = copy(m->filter),
	    .group_lock = copy(m->group_lock),
	    .intercept_dhcp = m->intercept_dhcp,
	    .intercept_mask = m->intercept_mask,
	    .idle_timeout = m->idle_timeout,
	    .session_timeout = m->session_timeout,
	    .simultaneous_logins = m->simultaneous_logins,
	};

	names_copy(&p.dns, &m->dns);
	names_copy(&p.wins, &m->wins);
	names_copy(&p.pools, &m->pools);
	change(&c->group_policies, &c->n_group_policies, &policies, m->op, &p);
}

static void set_user_policy(struct config *c, const struct msg_cfg_user_policy *m)
{
	struct policy p = {
	    .name = copy(m->name),
	    .group_policy = copy(m->group_policy),
	    .protocols = m->protocols,
	    .filter_state = m->filter_state,
	    .group_lock_state = m->group_lock_state,
	    .filter = copy(m->filter),
	    .group_lock = copy(m->group_lock),
	    .intercept_dhcp = ATTR_UNSET,
	    .idle_timeout = m->idle_timeout,
	    .session_timeout = m->session_timeout,
	    .simultaneous_logins = m->simultaneous_logins,
	    .framed_ip = m->framed_ip,
	    .framed_mask = m->framed_mask,
	};

	change(&c->users, &c->n_users, &policies, m->op, &p);
}

static void set_tunnel_group(struct config *c, const struct msg_cfg_tunnel_group *m)
{
	struct tunnel_group g = {
	    .name = copy(m->name),
	    .type = copy(m->type),
	    .group_policy = copy(m->group_policy),
	    .server_group = copy(m->auth_server_group),
	    .fallback_local = m->auth_fallback_local,
	    .psk = copy(m->psk),
	    .keepalive = m->keepalive,
	    .keepalive_threshold = m->keepalive_threshold,
	    .keepalive_retry = m->keepalive_retry,
	    .strip_realm = m->strip_realm,
	    .strip_group = m->strip_group,
	    .pap = m->pap,
	    .chap = m->chap,
	    .mschapv1 = m->mschapv1,
	    .mschapv2 = m->mschapv2,
	    .eap = m->eap,
	};

	names_copy(&g.pools, &m->pools);
	change(&c->tunnel_groups, &c->n_tunnel_groups, &groups, m->op, &g);
}

/* What the kernel said of the device becomes the interface's live part. */
static void see_link(struct interface *i, const struct link *l)
{
	if (text_cmp(i->device, l->device) != 0)
		return;
	i->ifindex = l->ifindex;
	i->mtu = l->mtu;
	i->up = l->up;
	i->live_address = l->address;
	i->live_mask = l->mask;
}

static void set_interface(struct config *c, const struct msg_cfg_interface *m)
{
	struct interface i = {
	    .hardware = copy(m->hardware),
	    .device = copy(m->device),
	    .nameif = copy(m->nameif),
	    .address = m->address,
	    .mask = m->mask,
	    .shutdown = m->shutdown,
	};

	for (size_t n = 0; n < c->n_links; n++)
		see_link(&i, &c->links[n]);
	change(&c->interfaces, &c->n_interfaces, &interfaces, m->op, &i);
}

static void set_link(struct config *c, const struct msg_link_state *m)
{
	struct link l = {
	    .device = copy(m->device),
	    .ifindex = m->ifindex,
	    .mtu = m->mtu,
	    .up = m->up,
	    .address = m->address,
	    .mask = m->mask,
	};
	const struct link *kept = put(&c->links, &c->n_links, &links, &l);

	for (size_t n = 0; n < c->n_interfaces; n++)
		see_link(&c->interfaces[n], kept);
}

static void set_access(struct config *c, const struct msg_cfg_access_list *m)
{
	struct access_entry e = {
	    .list = copy(m->name),
	    .line = m->line,
	    .standard = strcmp(m->kind, "standard") == 0,
	    .permit = m->permit,
	    .inactive = m->inactive,
	    .protocol = m->protocol,
	    .source = m->source,
	    .source_mask = m->source_mask,
	    .dest = m->dest,
	    .dest_mask = m->dest_mask,
	    .port_low = m->port_low,
	    .port_high = m->port_high,
	};

	change(&c->access_entries, &c->n_access_entries, &access_entries, m->op, &e);
}

static void set_text(char **to, const char *from)
{
	free(*to);
	*to = copy(from);
}

/* ---- life ---------------------------------------------------------------- */

void config_init(struct config *c)
{
	struct policy dflt = {
	    .name = must(strdup("DfltGrpPolicy")),
	    .protocols = PROTO_IKEV1 | PROTO_IKEV2 | PROTO_L2TP_IPSEC | PROTO_SSL_CLIENTLESS,
	    .intercept_dhcp = 0,
	    .idle_timeout = 30,
	    .session_timeout = ATTR_NONE,
	    .simultaneous_logins = 3,
	};
	struct tunnel_group ra = {
	    .name = must(strdup("DefaultRAGroup")),
	    .type = must(strdup("remote-access")),
	    .keepalive = true,
	    .keepalive_threshold = 300,
	    .keepalive_retry = 2,
	    .chap = true,
	    .mschapv1 = true,
	};

	memset(c, 0, sizeof *c);
	c->hostname = must(strdup("ciscoasa"));
	c->l2tp_hello = 60;
	c->tcpmss = 1380;
	c->identity = must(strdup("auto"));
	c->nat_traversal = true;
	c->nat_keepalive = 20;
	c->sa_seconds = 28800;
	c->sa_kilobytes = 4608000;
	c->replay_window = 64;
	put(&c->group_policies, &c->n_group_policies, &policies, &dflt);
	put(&c->tunnel_groups, &c->n_tunnel_groups, &groups, &ra);
}

/* Everything but the links, which are the kernel's. */
static void forget(struct config *c)
{
	free(c->hostname);
	free(c->identity);
	free(c->key_id);
	clear(&c->policies, &c->n_policies, &ike_policies);
	clear(&c->transform_sets, &c->n_transform_sets, &transform_sets);
	clear(&c->dynamic_maps, &c->n_dynamic_maps, &map_entries);
	clear(&c->crypto_maps, &c->n_crypto_maps, &map_entries);
	clear(&c->map_bindings, &c->n_map_bindings, &bindings);
	clear(&c->pools, &c->n_pools, &pools);
	clear(&c->group_policies, &c->n_group_policies, &policies);
	clear(&c->users, &c->n_users, &policies);
	clear(&c->tunnel_groups, &c->n_tunnel_groups, &groups);
	clear(&c->interfaces, &c->n_interfaces, &interfaces);
	clear(&c->access_entries, &c->n_access_entries, &access_entries);
	clear(&c->ike_interfaces, &c->n_ike_interfaces, &ifnames);
}

static void start_over(struct config *c)
{
	struct link *kept = c->links;
	size_t n = c->n_links;

	forget(c);
	config_init(c);
	c->links = kept;
	c->n_links = n;
}

void config_fini(struct config *c)
{
	forget(c);
	clear(&c->links, &c->n_links, &links);
}

/* ---- messages in ------------------------------------------------------------ */

bool config_apply(struct config *c, const struct ipc_msg *m)
{
	char *ifname;

	switch (m->type) {
	case MSG_CFG_BEGIN:
		if (m->cfg_begin.snapshot)
			start_over(c);
		break;
	case MSG_CFG_END:
		break;
	case MSG_CFG_SYSTEM:
		set_text(&c->hostname, m->cfg_system.hostname);
		c->l2tp_hello = m->cfg_system.l2tp_hello;
		c->tcpmss = m->cfg_system.tcpmss;
		break;
	case MSG_CFG_IKE_POLICY:
		set_ike_policy(c, &m->cfg_ike_policy);
		break;
	case MSG_CFG_IKE_ENABLE:
		ifname = copy(m->cfg_ike_enable.ifname);
		change(&c->ike_interfaces, &c->n_ike_interfaces, &ifnames, m->cfg_ike_enable.op, &ifname);
		break;
	case MSG_CFG_ISAKMP:
		set_text(&c->identity, m->cfg_isakmp.identity);
		set_text(&c->key_id, m->cfg_isakmp.key_id);
		c->nat_traversal = m->cfg_isakmp.nat_traversal;
		c->nat_keepalive = m->cfg_isakmp.nat_keepalive;
		c->disconnect_notify = m->cfg_isakmp.disconnect_notify;
		break;
	case MSG_CFG_IPSEC:
		c->sa_seconds = m->cfg_ipsec.seconds;
		c->sa_kilobytes = m->cfg_ipsec.kilobytes;
		c->replay_window = m->cfg_ipsec.replay_window;
		break;
	case MSG_CFG_TRANSFORM_SET:
		set_transform_set(c, &m->cfg_transform_set);
		break;
	case MSG_CFG_DYNAMIC_MAP:
		set_dynamic_map(c, &m->cfg_dynamic_map);
		break;
	case MSG_CFG_CRYPTO_MAP:
		set_crypto_map(c, &m->cfg_crypto_map);
		break;
	case MSG_CFG_CRYPTO_MAP_INTERFACE:
		set_binding(c, &m->cfg_crypto_map_interface);
		break;
	case MSG_CFG_POOL:
		set_pool(c, &m->cfg_pool);
		break;
	case MSG_CFG_GROUP_POLICY:
		set_group_policy(c, &m->cfg_group_policy);
		break;
	case MSG_CFG_TUNNEL_GROUP:
		set_tunnel_group(c, &m->cfg_tunnel_group);
		break;
	case MSG_CFG_USER_POLICY:
		set_user_policy(c, &m->cfg_user_policy);
		break;
	case MSG_CFG_INTERFACE:
		set_interface(c, &m->cfg_interface);
		break;
	case MSG_CFG_ACCESS_LIST:
		set_access(c, &m->cfg_access_list);
		break;
	case MSG_LINK_STATE:
		set_link(c, &m->link_state);
		break;
	default:
		return false;
	}
	return true;
}

/* ---- look-ups ------------------------------------------------------------ */

/* Keys are only compared, so a name of the caller's may stand in. */
#define FIND(vec, kind, type, key) \
	find(c->vec, c->n_##vec, &kind, &(struct type){.name = (char *)(uintptr_t)(key)})

const struct transform_set *config_transform_set(const struct config *c, const char *name)
{
	return FIND(transform_sets, transform_sets, transform_set, name);
}

const struct pool *config_pool(const struct config *c, const char *name)
{
	return FIND(pools, pools, pool, name);
}

const struct policy *config_group_policy(const struct config *c, const char *name)
{
	return FIND(group_policies, policies, policy, name);
}

const struct policy *config_user(const struct config *c, const char *name)
{
	return FIND(users, policies, policy, name);
}

const struct tunnel_group *config_tunnel_group(const struct config *c, const char *name)
{
	return FIND(tunnel_groups, groups, tunnel_group, name);
}

const struct interface *config_interface_by_addr(const struct config *c, const struct addr *a)
{
	for (size_t n = 0; n < c->n_interfaces; n++) {
		const struct interface *i = &c->interfaces[n];
		const struct addr *own = i->live_address.family ? &i->live_address : &i->address;

		if (own->family && addr_equal(own, a))
			return i;
	}
	return NULL;
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
	    find(c->ike_interfaces, c->n_ike_interfaces, &ifnames, &i->nameif) != NULL;
}

const struct map_entry *config_map_entry(const struct config *c, const struct interface *i, size_t n)
{
	struct map_binding key = {.ifname = i ? i->nameif : NULL};
	const struct map_binding *b = find(c->map_bindings, c->n_map_bindings, &bindings, &key);

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
