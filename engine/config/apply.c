/*
 * CFG_* messages become objects. Every object is replaced whole, so a
 * half-applied change cannot exist.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/config/private.h"
#include "engine/ipc/message.h"

/* A copy; NULL for "". */
static char *copy(const char *s)
{
	return s && *s ? config_must(strdup(s)) : NULL;
}

static void names_copy(struct names *to, const struct strlist *from)
{
	to->n = 0;
	for (uint8_t i = 0; i < from->n && i < CONFIG_NAMES_MAX; i++)
		to->v[to->n++] = config_must(strdup(from->v[i]));
}

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

	vec_change(&c->policies, &c->n_policies, &kind_ike_policies, m->op, &p);
}

static void set_transform_set(struct config *c, const struct msg_cfg_transform_set *m)
{
	struct transform_set t = {
	    .name = copy(m->name),
	    .cipher = cipher_by_esp(m->encryption),
	    .auth = *m->authentication ? hash_by_esp(m->authentication) : HASH_NONE,
	    .transport = strcmp(m->mode, "transport") == 0,
	};

	vec_change(&c->transform_sets, &c->n_transform_sets, &kind_transform_sets, m->op, &t);
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
	vec_change(&c->dynamic_maps, &c->n_dynamic_maps, &kind_map_entries, m->op, &e);
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
	vec_change(&c->crypto_maps, &c->n_crypto_maps, &kind_map_entries, m->op, &e);
}

static void set_binding(struct config *c, const struct msg_cfg_crypto_map_interface *m)
{
	struct map_binding b = {.name = copy(m->name), .ifname = copy(m->ifname)};

	vec_change(&c->map_bindings, &c->n_map_bindings, &kind_bindings, m->op, &b);
}

static void set_pool(struct config *c, const struct msg_cfg_pool *m)
{
	struct pool p = {
	    .name = copy(m->name),
	    .first = addr_to_v4(&m->first),
	    .last = addr_to_v4(&m->last),
	    .mask = m->mask,
	};

	vec_change(&c->pools, &c->n_pools, &kind_pools, m->op, &p);
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
	vec_change(&c->group_policies, &c->n_group_policies, &kind_policies, m->op, &p);
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

	vec_change(&c->users, &c->n_users, &kind_policies, m->op, &p);
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
	vec_change(&c->tunnel_groups, &c->n_tunnel_groups, &kind_groups, m->op, &g);
}

/* What the kernel said of the device becomes the interface's live part. */
static void see_link(struct interface *i, const struct link *l)
{
	if (config_text_cmp(i->device, l->device) != 0)
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
	vec_change(&c->interfaces, &c->n_interfaces, &kind_interfaces, m->op, &i);
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
	const struct link *kept;

	for (unsigned n = 0; n < m->addresses.n && n < LINK_OWN_MAX; n++) {
		char text[ADDR_TEXT_MAX];

		snprintf(text, sizeof text, "%.*s", (int)strcspn(m->addresses.v[n], "/"), m->addresses.v[n]);
		if (addr_parse(text, &l.own[l.n_own]))
			l.n_own++;
	}
	kept = vec_put(&c->links, &c->n_links, &kind_links, &l);

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
	    .source_low = m->source_low,
	    .source_high = m->source_high,
	    .port_low = m->port_low,
	    .port_high = m->port_high,
	};

	vec_change(&c->access_entries, &c->n_access_entries, &kind_access_entries, m->op, &e);
}

static void set_text(char **to, const char *from)
{
	free(*to);
	*to = copy(from);
}

static bool apply(struct config *c, const struct ipc_msg *m)
{
	char *ifname;

	switch (m->type) {
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
		vec_change(&c->ike_interfaces, &c->n_ike_interfaces, &kind_ifnames, m->cfg_ike_enable.op, &ifname);
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
	default:
		return false;
	}
	return true;
}

static void snapshot_begin(struct config *c)
{
	if (c->staging)
		config_fini(c->staging);
	else
		c->staging = config_must(malloc(sizeof *c->staging));
	config_init(c->staging);
}

/* The snapshot takes over; what the kernel said of its links is still true. */
static void snapshot_end(struct config *c)
{
	struct config *fresh = c->staging;

	if (!fresh)
		return;
	fresh->links = c->links;
	fresh->n_links = c->n_links;
	config_forget(c);
	*c = *fresh;
	free(fresh);
	for (size_t n = 0; n < c->n_links; n++)
		for (size_t i = 0; i < c->n_interfaces; i++)
			see_link(&c->interfaces[i], &c->links[n]);
}

bool config_apply(struct config *c, const struct ipc_msg *m)
{
	switch (m->type) {
	case MSG_CFG_BEGIN:
		if (m->cfg_begin.snapshot)
			snapshot_begin(c);
		return true;
	case MSG_CFG_END:
		snapshot_end(c);
		return true;
	case MSG_LINK_STATE:
		set_link(c, &m->link_state);
		return true;
	default:
		return apply(c->staging ? c->staging : c, m);
	}
}
