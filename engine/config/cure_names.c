/* Names for cures; see cure_names.h. */
#include "engine/config/cure_names.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_GROUP "DefaultRAGroup"
#define DEFAULT_POLICY "DfltGrpPolicy"
#define USER_PRIVILEGE 2 /* that he has whose line says none */

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

const struct cfg_group_policy *config_policy_saying(
    const struct config *c, const char *policy, bool (*says)(const struct cfg_group_policy *))
{
	const struct cfg_group_policy *p = policy ? config_group_policy(c, policy) : NULL;

	return p && says(p) ? p : config_group_policy(c, DEFAULT_POLICY);
}

static bool says_protocols(const struct cfg_group_policy *p)
{
	return p->protocols != 0;
}

const char *config_protocol_words(uint32_t set, char to[CURE_PROTOCOLS_MAX])
{
	static const struct {
		uint32_t bit;
		const char *word;
	} words[] = {{PROTO_IKEV1, "ikev1 "}, {PROTO_IKEV2, "ikev2 "},
	    {PROTO_SSL_CLIENT, "ssl-client "}, {PROTO_SSL_CLIENTLESS, "ssl-clientless "},
	    {PROTO_L2TP_IPSEC, "l2tp-ipsec"}};
	size_t at = 0;

	set |= PROTO_L2TP_IPSEC;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (set & words[i].bit)
			at += (size_t)snprintf(
			    to + at, CURE_PROTOCOLS_MAX - at, "%s", words[i].word);
	return to;
}

/* His privilege stays: what the line does not say gets its default. */
static const char *privilege_of(
    const struct config *c, const char *user, char to[CURE_PRIVILEGE_MAX])
{
	const struct cfg_user_policy *u = user && *user ? config_user(c, user) : NULL;

	*to = '\0';
	if (u && u->privilege != USER_PRIVILEGE)
		snprintf(to, CURE_PRIVILEGE_MAX, " privilege %u", u->privilege);
	return to;
}

void config_cure_names(const struct config *c, const struct interface *i, const char *tunnel_group,
    const char *user, struct cure_names *n, struct cure_words *words)
{
	const char *group = tunnel_group && *tunnel_group ? tunnel_group : DEFAULT_GROUP;
	const struct cfg_tunnel_group *g = config_tunnel_group(c, group);
	const struct cfg_group_policy *p =
	    g && g->group_policy ? config_group_policy(c, g->group_policy) : NULL;
	const struct cfg_group_policy *says = config_policy_saying(
	    c, p ? p->name : NULL, says_protocols);

	*n = (struct cure_names){
	    .interface = i ? i->set.nameif : NULL,
	    .tunnel_group = g ? g->name : NULL,
	    .policy = p ? p->name : NULL,
	    .pool = pool_of(c, g, p),
	    .transform_set = transform_set_of(c),
	    .servers = g && g->auth_group ? g->auth_group : "LOCAL",
	    .name = says ? says->name : NULL,
	    .protocols = config_protocol_words(says ? says->protocols : 0, words->protocols),
	    .user = user,
	    .privilege = privilege_of(c, user, words->privilege),
	};
	n->map = map_of(c, n->interface);
	n->dynamic_map = dynamic_of(c, n->map);
}
