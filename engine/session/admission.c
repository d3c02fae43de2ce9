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

enum reason admission_decide(
    struct session *s, const struct cfg_tunnel_group *g, const struct admitted *a)
{
	struct session_policy policy;
	struct access access;

	policy_resolve(
	    s->gw->config, g, a->local ? a->user : NULL, named_policy(s->gw->config, a), &policy);
	if (!policy_overlay(&policy, &a->accepted) || !policy_overlay(&policy, &a->authorized))
		return REASON_AUTH_SERVER_ERROR;
	tell_policy(s, g, a, &policy);
	if (!policy_allows(&policy, g->name))
		return REASON_IPSEC_PROTOCOL_OFF;
	if (!policy_is_time(s->gw->config, &policy))
		return REASON_ACCESS_HOURS;
	if (!access_of(&s->gw->lists, with_rules(a), a->user, &policy, &access))
		return REASON_AUTH_NO_ACCESS_LIST;
	if (login_accepted(s, a->user, &policy, access.list))
		return install(s, a, &access);
	acl_let_go(access.list);
	return REASON_TOO_MANY_LOGINS;
}

const char *admission_message(const struct cfg_tunnel_group *g, const struct admitted *a,
    const char *said, char buf[ADMISSION_MESSAGE_MAX])
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
	else
		return NULL;
	return buf;
}
