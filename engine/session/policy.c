/* The policy of a session; see policy.h. */
#include "engine/session/policy.h"

#include <stdio.h>
#include <string.h>

#include "engine/base/profile.h"

#define DEFAULT_POLICY "DfltGrpPolicy"
#define COPY_NAME(to, from) snprintf(to, sizeof to, "%s", from)

/* Who may say something of an attribute, from the most to the least specific; each may be NULL. */
struct layers {
	const struct cfg_user_policy *user;
	const struct cfg_group_policy *group, *preset;
};

const struct session_policy policy_none;

static int64_t first_set(int64_t user, int64_t group, int64_t preset)
{
	return user != ATTR_UNSET ? user : group != ATTR_UNSET ? group :
	    preset != ATTR_UNSET ? preset : ATTR_NONE;
}

#define OF(layer, field) ((layer) ? (layer)->field : ATTR_UNSET)
#define GROUP_NUMBER(l, field) first_set(ATTR_UNSET, OF((l)->group, field), OF((l)->preset, field))
#define NUMBER(l, field) \
	first_set(OF((l)->user, field), OF((l)->group, field), OF((l)->preset, field))

/* The value of the first layer that says anything about the attribute; NULL: none, or `none`. */
#define SAYS(layer, field) ((layer) && (layer)->field##_state != STATE_INHERIT)
#define VALUE(layer, field) \
	((layer)->field##_state == STATE_VALUE ? &(layer)->field : NULL)
#define GROUP_VALUE(l, field) \
	(SAYS((l)->group, field) ? VALUE((l)->group, field) : \
	    SAYS((l)->preset, field) ? VALUE((l)->preset, field) : NULL)
#define USER_VALUE(l, field) \
	(SAYS((l)->user, field) ? VALUE((l)->user, field) : GROUP_VALUE(l, field))

static uint32_t seconds(int64_t minutes)
{
	return minutes <= 0 ? 0 : minutes > UINT32_MAX / 60 ? UINT32_MAX : (uint32_t)minutes * 60;
}

/* Nobody says anything of it: it is his family's. */
static uint32_t sleep_timeout(const struct layers *l)
{
	int64_t said = OF(l->user, sleep_timeout);

	if (said == ATTR_UNSET)
		said = OF(l->group, sleep_timeout);
	if (said == ATTR_UNSET)
		said = OF(l->preset, sleep_timeout);
	return said == ATTR_UNSET ? POLICY_BY_FAMILY : said == ATTR_NONE ? PROFILE_KEPT :
	    seconds(said);
}

static void servers(const struct strlist *l, struct addr to[2])
{
	for (uint8_t n = 0; l && n < l->n && n < 2; n++)
		addr_parse(l->v[n], &to[n]);
}

static void scope(const struct strlist *l, struct addr *to)
{
	if (l && l->n)
		addr_parse(l->v[0], to);
}

/* As many as there is room for. */
static void search(const struct strlist *l, char to[POLICY_SEARCH_MAX])
{
	size_t len = 0;

	for (uint8_t n = 0; l && n < l->n && len + strlen(l->v[n]) + 2 <= POLICY_SEARCH_MAX; n++)
		len += (size_t)snprintf(
		    to + len, POLICY_SEARCH_MAX - len, "%s%s", n ? " " : "", l->v[n]);
}

static void set_pools(struct session_policy *p, const struct strlist *l)
{
	for (p->n_pools = 0; p->n_pools < l->n && p->n_pools < POLICY_POOLS_MAX; p->n_pools++)
		COPY_NAME(p->pools[p->n_pools], l->v[p->n_pools]);
}

static void name(const char *const *text, char *to, size_t size)
{
	if (text && *text)
		snprintf(to, size, "%s", *text);
}

static void split(const struct layers *l, struct session_policy *p)
{
	const char *how = l->group && l->group->split_policy ? l->group->split_policy :
	    l->preset && l->preset->split_policy ? l->preset->split_policy : "";

	p->split_policy = strcmp(how, "tunnelspecified") == 0 ? SPLIT_SPECIFIED :
	    strcmp(how, "excludespecified") == 0 ? SPLIT_EXCLUDED : SPLIT_ALL;
	name(GROUP_VALUE(l, split_list), p->split_list, sizeof p->split_list);
}

/* The mask of whoever says whether there is an answer. */
static void intercept(const struct layers *l, struct session_policy *p)
{
	p->intercept_dhcp = GROUP_NUMBER(l, intercept) == 1;
	if (l->group && l->group->intercept != ATTR_UNSET)
		p->intercept_mask = l->group->intercept_mask;
	else if (l->preset && l->preset->intercept != ATTR_UNSET)
		p->intercept_mask = l->preset->intercept_mask;
}

static uint32_t protocols(const struct layers *l)
{
	if (l->user && l->user->protocols)
		return l->user->protocols;
	if (l->group && l->group->protocols)
		return l->group->protocols;
	return l->preset ? l->preset->protocols : 0;
}

static const char *choose(const struct config *c, const struct cfg_tunnel_group *g,
    const struct cfg_user_policy *own, const char *aaa_policy)
{
	if (own && own->group_policy && config_group_policy(c, own->group_policy))
		return own->group_policy;
	if (aaa_policy && config_group_policy(c, aaa_policy))
		return aaa_policy;
	if (g->group_policy && config_group_policy(c, g->group_policy))
		return g->group_policy;
	return DEFAULT_POLICY;
}

void policy_resolve(const struct config *c, const struct cfg_tunnel_group *g, const char *user,
    const char *aaa_policy, struct session_policy *p)
{
	struct layers l = {.user = user ? config_user(c, user) : NULL};
	const struct strlist *pools;
	int64_t logins;

	memset(p, 0, sizeof *p);
	COPY_NAME(p->group_policy, choose(c, g, l.user, aaa_policy));
	l.group = config_group_policy(c, p->group_policy);
	l.preset = config_group_policy(c, DEFAULT_POLICY);

	p->protocols = protocols(&l);
	p->idle_timeout = seconds(NUMBER(&l, idle_timeout));
	p->session_timeout = seconds(NUMBER(&l, session_timeout));
	p->idle_alert = seconds(NUMBER(&l, idle_alert));
	p->session_alert = seconds(NUMBER(&l, session_alert));
	p->sleep_timeout = sleep_timeout(&l);
	logins = NUMBER(&l, logins);
	p->simultaneous_logins = logins < 0 ? 3 :
	    logins > UINT32_MAX ? UINT32_MAX : (uint32_t)logins;
	servers(GROUP_VALUE(&l, dns), p->dns);
	servers(GROUP_VALUE(&l, wins), p->wins);
	scope(GROUP_VALUE(&l, scope), &p->scope);
	search(GROUP_VALUE(&l, split_dns), p->split_dns);
	p->split_all_dns = GROUP_NUMBER(&l, split_all_dns) == 1;
	name(GROUP_VALUE(&l, domain), p->domain, sizeof p->domain);
	name(USER_VALUE(&l, group_lock), p->group_lock, sizeof p->group_lock);
	name(USER_VALUE(&l, filter), p->filter, sizeof p->filter);
	name(USER_VALUE(&l, access_hours), p->access_hours, sizeof p->access_hours);
	intercept(&l, p);
	split(&l, p);
	if (l.user)
		p->framed_ip = l.user->framed_ip;
	/* A group policy's address-pools go before the tunnel group's, whatever it says of them. */
	pools = GROUP_VALUE(&l, pools);
	set_pools(p, pools ? pools : &g->pools);
}

static bool addresses_equal(const struct session_policy *a, const struct session_policy *b)
{
	for (int i = 0; i < 2; i++)
		if (!addr_equal(&a->dns[i], &b->dns[i]) || !addr_equal(&a->wins[i], &b->wins[i]))
			return false;
	return addr_equal(&a->scope, &b->scope) &&
	    addr_equal(&a->intercept_mask, &b->intercept_mask);
}

static bool pools_equal(const struct session_policy *a, const struct session_policy *b)
{
	for (size_t i = 0; i < a->n_pools && a->n_pools == b->n_pools; i++)
		if (strcmp(a->pools[i], b->pools[i]) != 0)
			return false;
	return a->n_pools == b->n_pools;
}

static bool texts_equal(const struct session_policy *a, const struct session_policy *b)
{
	return strcmp(a->group_policy, b->group_policy) == 0 && strcmp(a->domain, b->domain) == 0 &&
	    strcmp(a->split_dns, b->split_dns) == 0 &&
	    strcmp(a->split_list, b->split_list) == 0 &&
	    strcmp(a->group_lock, b->group_lock) == 0 && strcmp(a->filter, b->filter) == 0 &&
	    strcmp(a->access_hours, b->access_hours) == 0;
}

enum reason policy_refuses(const struct session_policy *p, const char *tunnel_group)
{
	if (!(p->protocols & PROTO_L2TP_IPSEC))
		return REASON_IPSEC_PROTOCOL_OFF;
	return *p->group_lock && strcmp(p->group_lock, tunnel_group) != 0 ? REASON_GROUP_LOCK :
	                                                                    REASON_NONE;
}

bool policy_is_time(const struct config *c, const struct session_policy *p)
{
	return !*p->access_hours || config_is_time(c, p->access_hours);
}

bool policy_equal(const struct session_policy *a, const struct session_policy *b)
{
	return a->protocols == b->protocols && a->idle_timeout == b->idle_timeout &&
	    a->session_timeout == b->session_timeout &&
	    a->sleep_timeout == b->sleep_timeout && a->idle_alert == b->idle_alert &&
	    a->session_alert == b->session_alert &&
	    a->simultaneous_logins == b->simultaneous_logins &&
	    a->split_all_dns == b->split_all_dns &&
	    a->intercept_dhcp == b->intercept_dhcp && a->split_policy == b->split_policy &&
	    a->interim == b->interim && texts_equal(a, b) && addresses_equal(a, b) &&
	    pools_equal(a, b);
}

static bool equal(const void *a, const void *b)
{
	return policy_equal(a, b);
}

const struct session_policy *policy_share(struct interned *all, const struct session_policy *p)
{
	struct session_policy common = *p;
	char key[4 * POLICY_NAME_MAX];

	/* What policies differ in, if they differ: a collision costs a comparison. */
	snprintf(key, sizeof key, "%s %.64s %u %u %u", p->group_policy, p->filter, p->idle_timeout,
	    p->session_timeout, p->interim);
	common.framed_ip = (struct addr){0};
	return intern_object(all, key, &common, sizeof common, equal);
}
