/*
 * Admission: an accepted user's policy, by what is configured and what the
 * login servers said (overlay.h), and whether he may come in under it. What
 * cannot be held to as the servers meant it is a refusal. Nothing is kept here:
 * the login (login.h) and its accounting (account.h) are.
 */
#include "engine/session/admission.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/aaa/attribute.h"
#include "engine/session/access.h"
#include "engine/session/account.h"
#include "engine/session/login.h"
#include "engine/session/overlay.h"
#include "engine/session/peer.h"
#include "engine/session/place.h"
#include "engine/session/policy_cure.h"

/* What `password-management` does when it says no number of days. */
#define EXPIRE_DAYS 14

/* The last word on that attribute. */
static bool find(const struct admitted *a, enum aaa_attribute which, struct aaa_value *v)
{
	return aaa_attribute_find(&a->authorized, which, v) ||
	       aaa_attribute_find(&a->accepted, which, v);
}

/* The group policy that a server named, as far as we have it. */
static const char *named_policy(const struct config *c, const struct admitted *a)
{
	struct aaa_value v;

	return find(a, AAA_GROUP_POLICY, &v) && config_group_policy(c, v.text) ? v.text : NULL;
}

static void tell_policy(struct session *s, const struct cfg_tunnel_group *g,
    const struct admitted *a, const struct session_policy *policy)
{
	struct log *log = &s->gw->trace->log;
	const char *named = named_policy(s->gw->config, a);
	struct session_policy preset;

	policy_resolve(s->gw->config, g, NULL, NULL, &preset);
	if (named)
		log_say(
		    log, 113003, "AAA group policy for user %s is being set to %s", a->user, named);
	if (named || strcmp(preset.group_policy, policy->group_policy) != 0)
		log_say(log, 113011, "AAA retrieved user specific group policy (%s) for user = %s",
		    policy->group_policy, a->user);
	log_say(log, 113009, "AAA retrieved default group policy (%s) for user = %s",
	    preset.group_policy, a->user);
}

/* Rules of the last who sent any, or named a list of ours. */
static const struct bytes *with_rules(const struct admitted *a)
{
	struct aaa_value v;
	bool last = aaa_attribute_find(&a->authorized, AAA_FILTER_LINE, &v) ||
	    aaa_attribute_find(&a->authorized, AAA_FILTER, &v);

	return last ? &a->authorized : &a->accepted;
}

/* It is the session's from now on. */
static enum reason install(struct session *s, const struct admitted *a, const struct access *access)
{
	s->filter_sent = access->sent;
	return login_filter(s, access->list) &&
		       account_accepted(s, &a->cookie, a->server_group, a->method)
		   ? REASON_NONE
		   : REASON_NO_MEMORY;
}

/* What he is held to. False: it cannot be as the servers meant it. */
static bool policy_of(const struct session *s, const struct cfg_tunnel_group *g,
    const struct admitted *a, struct session_policy *policy)
{
	policy_resolve(
	    s->gw->config, g, a->local ? a->user : NULL, named_policy(s->gw->config, a), policy);
	return policy_overlay(policy, &a->accepted) && policy_overlay(policy, &a->authorized);
}

/* The cure, and the log's own lines of two refusals. */
static void tell_refusal(struct session *s, const struct cfg_tunnel_group *g,
    const struct admitted *a, const struct session_policy *policy, enum reason why)
{
	struct log *log = &s->gw->trace->log;
	struct attempt_terms terms = {.cure = ""};
	char ip[ADDR_TEXT_MAX];

	policy_cure(s->gw->config, a, policy, why, terms.cure);
	attempt_terms(&s->attempt, &terms);
	if (why == REASON_GROUP_LOCK)
		log_say(log, 113040,
		    "Terminating the VPN connection attempt from %s. Reason: This connection is "
		    "group locked to %s.",
		    g->name, policy->group_lock);
	if (why == REASON_SESSION_LIMIT)
		log_say(log, 113029,
		    "Group <%s> User <%s> IP <%s> Session could not be established: session limit "
		    "of %u reached.",
		    policy->group_policy, a->user, addr_text(&s->peer->path.remote.addr, ip),
		    s->gw->config->vpn_sessiondb.max_other);
}

bool admission_waits(
    struct session *s, const struct cfg_tunnel_group *g, const struct admitted *a)
{
	struct session_policy policy;

	return policy_of(s, g, a, &policy) && policy_refuses(&policy, g->name) == REASON_NONE &&
	    place_ask(s, a->user, policy.simultaneous_logins);
}

static enum reason decide(struct session *s, const struct cfg_tunnel_group *g,
    const struct admitted *a, struct session_policy *policy)
{
	enum reason why = policy_refuses(policy, g->name);
	struct access access;

	if (why != REASON_NONE)
		return why;
	if (!policy_is_time(s->gw->config, policy))
		return REASON_ACCESS_HOURS;
	if (!access_of(&s->gw->lists, with_rules(a), a->user, policy, &access))
		return REASON_AUTH_NO_ACCESS_LIST;
	if (login_goes_on(s, a->user, policy, access.list))
		return install(s, a, &access);
	why = place_take(s, a->user, policy->simultaneous_logins);
	if (why == REASON_NONE && login_accepted(s, a->user, policy))
		return install(s, a, &access);
	acl_let_go(access.list);
	return why == REASON_NONE ? REASON_NO_MEMORY : why;
}

enum reason admission_decide(
    struct session *s, const struct cfg_tunnel_group *g, const struct admitted *a)
{
	struct session_policy policy;
	enum reason why;

	if (!policy_of(s, g, a, &policy))
		return REASON_AUTH_SERVER_ERROR;
	attempt_policy(&s->attempt, policy.group_policy);
	tell_policy(s, g, a, &policy);
	why = decide(s, g, a, &policy);
	if (why != REASON_NONE)
		tell_refusal(s, g, a, &policy, why);
	return why;
}

/* The banner of the policy that he is held to, or of DfltGrpPolicy; NULL: none. */
static const char *banner(const struct session *s)
{
	const struct cfg_group_policy *p = config_group_policy(
	    s->gw->config, s->policy->group_policy);

	if (!p || p->banner_state == STATE_INHERIT)
		p = config_group_policy(s->gw->config, "DfltGrpPolicy");
	return p && p->banner_state == STATE_VALUE && *p->banner ? p->banner : NULL;
}

const char *admission_message(const struct session *s, const struct cfg_tunnel_group *g,
    const struct admitted *a, const char *said, char buf[ADMISSION_MESSAGE_MAX])
{
	uint32_t warned = g->expire_days ? g->expire_days : EXPIRE_DAYS;
	struct aaa_value v;

	if (*said)
		return said;
	if (g->password_management && find(a, AAA_PASSWORD_DAYS, &v) && v.number <= warned)
		snprintf(buf, ADMISSION_MESSAGE_MAX, "Your password expires in %u day%s", v.number,
		    v.number == 1 ? "" : "s");
	else if (find(a, AAA_BANNER, &v))
		snprintf(buf, ADMISSION_MESSAGE_MAX, "%s", v.text);
	else if (banner(s))
		snprintf(buf, ADMISSION_MESSAGE_MAX, "%s", banner(s));
	else
		return NULL;
	return buf;
}
