/* The policy of a session; see policy.h. */
#include "engine/session/policy.h"

#include <stdio.h>
#include <string.h>

/* From the most to the least specific; each may be NULL. */
enum { USER, GROUP, DEFAULT, LAYERS };

#define COPY_NAME(to, from) snprintf(to, sizeof to, "%s", from)

static int64_t number(const struct policy *const layer[LAYERS], size_t offset)
{
	for (int i = 0; i < LAYERS; i++) {
		int64_t v;

		if (!layer[i])
			continue;
		memcpy(&v, (const char *)layer[i] + offset, sizeof v);
		if (v != ATTR_UNSET)
			return v;
	}
	return ATTR_NONE;
}

#define NUMBER(layer, field) number(layer, offsetof(struct policy, field))

static uint32_t seconds(int64_t minutes)
{
	return minutes <= 0 ? 0 : minutes > UINT32_MAX / 60 ? UINT32_MAX : (uint32_t)minutes * 60;
}

/* The first layer that says anything about the attribute whose state stands at `state`. */
static const struct policy *speaker(const struct policy *const layer[LAYERS], size_t state)
{
	for (int i = 0; i < LAYERS; i++)
		if (layer[i] && ((const uint8_t *)layer[i])[state] != STATE_INHERIT)
			return ((const uint8_t *)layer[i])[state] == STATE_VALUE ? layer[i] : NULL;
	return NULL;
}

#define SPEAKER(layer, field) speaker(layer, offsetof(struct policy, field##_state))

static void servers(const struct names *l, struct addr to[2])
{
	for (uint8_t n = 0; n < l->n && n < 2; n++)
		addr_parse(l->v[n], &to[n]);
}

static void set_pools(struct session_policy *p, const struct names *l)
{
	for (p->n_pools = 0; p->n_pools < l->n; p->n_pools++)
		COPY_NAME(p->pools[p->n_pools], l->v[p->n_pools]);
}

/* Only `tunnelspecified` gives the client routes; what is excluded it cannot be told by DHCP. */
static void split(const struct policy *const layer[LAYERS], struct session_policy *p)
{
	const struct policy *who;

	for (int i = 0; i < LAYERS; i++) {
		if (!layer[i] || !layer[i]->split_policy)
			continue;
		if (strcmp(layer[i]->split_policy, "tunnelspecified") == 0 &&
		    (who = SPEAKER(layer, split_list)) && who->split_list)
			COPY_NAME(p->split_list, who->split_list);
		return;
	}
}

static const char *choose(const struct config *c, const struct tunnel_group *g,
    const struct policy *own, const char *aaa_policy)
{
	if (own && own->group_policy && config_group_policy(c, own->group_policy))
		return own->group_policy;
	if (aaa_policy && config_group_policy(c, aaa_policy))
		return aaa_policy;
	if (g->group_policy && config_group_policy(c, g->group_policy))
		return g->group_policy;
	return "DfltGrpPolicy";
}

void policy_resolve(const struct config *c, const struct tunnel_group *g, const char *user,
    const char *aaa_policy, struct session_policy *p)
{
	const struct policy *layer[LAYERS], *who;
	int64_t logins;

	memset(p, 0, sizeof *p);
	layer[USER] = user ? config_user(c, user) : NULL;
	COPY_NAME(p->group_policy, choose(c, g, layer[USER], aaa_policy));
	layer[GROUP] = config_group_policy(c, p->group_policy);
	layer[DEFAULT] = config_group_policy(c, "DfltGrpPolicy");

	for (int i = DEFAULT; i >= USER; i--)
		if (layer[i] && layer[i]->protocols)
			p->protocols = layer[i]->protocols;
	p->idle_timeout = seconds(NUMBER(layer, idle_timeout));
	p->session_timeout = seconds(NUMBER(layer, session_timeout));
	logins = NUMBER(layer, simultaneous_logins);
	p->simultaneous_logins = logins < 0 ? 3 : logins > UINT32_MAX ? UINT32_MAX : (uint32_t)logins;
	if ((who = SPEAKER(layer, dns)))
		servers(&who->dns, p->dns);
	if ((who = SPEAKER(layer, wins)))
		servers(&who->wins, p->wins);
	if ((who = SPEAKER(layer, domain)) && who->domain)
		COPY_NAME(p->domain, who->domain);
	if ((who = SPEAKER(layer, group_lock)) && who->group_lock)
		p->group_locked = strcmp(who->group_lock, g->name) != 0;
	p->intercept_dhcp = NUMBER(layer, intercept_dhcp) == 1;
	for (int i = DEFAULT; i >= USER; i--)
		if (layer[i] && layer[i]->intercept_dhcp != ATTR_UNSET)
			p->intercept_mask = layer[i]->intercept_mask;
	split(layer, p);
	if (layer[USER])
		p->framed_ip = layer[USER]->framed_ip;
	/* A group policy's address-pools go before the tunnel group's, whatever it says of them. */
	if ((who = SPEAKER(layer, pools)))
		set_pools(p, &who->pools);
	else
		set_pools(p, &g->pools);
}

static bool addresses_equal(const struct session_policy *a, const struct session_policy *b)
{
	for (int i = 0; i < 2; i++)
		if (!addr_equal(&a->dns[i], &b->dns[i]) || !addr_equal(&a->wins[i], &b->wins[i]))
			return false;
	return addr_equal(&a->framed_ip, &b->framed_ip) && addr_equal(&a->intercept_mask, &b->intercept_mask);
}

static bool pools_equal(const struct session_policy *a, const struct session_policy *b)
{
	for (size_t i = 0; i < a->n_pools && a->n_pools == b->n_pools; i++)
		if (strcmp(a->pools[i], b->pools[i]) != 0)
			return false;
	return a->n_pools == b->n_pools;
}

bool policy_equal(const struct session_policy *a, const struct session_policy *b)
{
	return strcmp(a->group_policy, b->group_policy) == 0 && a->protocols == b->protocols &&
	    strcmp(a->domain, b->domain) == 0 && strcmp(a->split_list, b->split_list) == 0 &&
	    a->idle_timeout == b->idle_timeout && a->session_timeout == b->session_timeout &&
	    a->simultaneous_logins == b->simultaneous_logins && a->intercept_dhcp == b->intercept_dhcp &&
	    a->group_locked == b->group_locked && addresses_equal(a, b) && pools_equal(a, b);
}
