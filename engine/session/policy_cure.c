/* Where a policy was said; see policy_cure.h. */
#include "engine/session/policy_cure.h"

#include <stdio.h>

#include "engine/aaa/attribute.h"

static bool says_lock(const struct cfg_user_policy *u)
{
	return u->group_lock_state != STATE_INHERIT;
}

static bool says_logins(const struct cfg_user_policy *u)
{
	return u->logins != ATTR_UNSET;
}

static bool says_hours(const struct cfg_user_policy *u)
{
	return u->access_hours_state != STATE_INHERIT;
}

static bool says_protocols(const struct cfg_user_policy *u)
{
	return u->protocols != 0;
}

static const struct row {
	enum reason why;
	enum aaa_attribute sent; /* by a login server */
	const char *name;        /* of that attribute, as people call it */
	bool (*says)(const struct cfg_user_policy *);
	const char *line; /* at the place that said so */
} rows[] = {
    {REASON_GROUP_LOCK, AAA_GROUP_LOCK, "group-lock", says_lock, "group-lock none"},
    {REASON_TOO_MANY_LOGINS, AAA_LOGINS, "simultaneous-logins", says_logins,
        "vpn-simultaneous-logins 3"},
    {REASON_ACCESS_HOURS, AAA_ACCESS_HOURS, "access-hours", says_hours, "vpn-access-hours none"},
    {REASON_IPSEC_PROTOCOL_OFF, AAA_PROTOCOLS, "tunneling-protocols", says_protocols,
        "vpn-tunnel-protocol"},
};

static bool is_sent(const struct admitted *a, enum aaa_attribute which)
{
	struct aaa_value v;

	return aaa_attribute_find(&a->authorized, which, &v) ||
	    aaa_attribute_find(&a->accepted, which, &v);
}

/* What he may come by stays; l2tp-ipsec comes to it. */
static void protocols(uint32_t set, char *to, size_t size)
{
	static const struct {
		uint32_t bit;
		const char *word;
	} words[] = {{PROTO_IKEV1, " ikev1"}, {PROTO_IKEV2, " ikev2"},
	    {PROTO_L2TP_IPSEC, " l2tp-ipsec"},
	    {PROTO_SSL_CLIENT, " ssl-client"}, {PROTO_SSL_CLIENTLESS, " ssl-clientless"}};
	size_t at = 0;

	set |= PROTO_L2TP_IPSEC;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (set & words[i].bit)
			at += (size_t)snprintf(to + at, size - at, "%s", words[i].word);
}

static void at_its_place(const struct config *c, const struct admitted *a,
    const struct session_policy *p, const struct row *r, char *cure)
{
	const struct cfg_user_policy *u = a->local ? config_user(c, a->user) : NULL;
	bool own = u && r->says(u);
	char more[512] = "";

	if (is_sent(a, r->sent)) {
		snprintf(cure, ATTEMPT_TERMS_MAX,
		    "! the login server says so: change %s of the user there", r->name);
		return;
	}
	if (r->why == REASON_IPSEC_PROTOCOL_OFF)
		protocols(p->protocols, more, sizeof more);
	else if (r->why == REASON_ACCESS_HOURS)
		snprintf(more, sizeof more, "\n! or let time-range %s be longer: show time-range",
		    p->access_hours);
	else if (r->why == REASON_GROUP_LOCK)
		snprintf(more, sizeof more, "\n! or let the user come by tunnel group %s",
		    p->group_lock);
	snprintf(cure, ATTEMPT_TERMS_MAX, "%s %s attributes\n %s%s",
	    own ? "username" : "group-policy", own ? a->user : p->group_policy, r->line, more);
}

void policy_cure(const struct config *c, const struct admitted *a, const struct session_policy *p,
    enum reason why, char cure[ATTEMPT_TERMS_MAX])
{
	*cure = '\0';
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].why == why)
			at_its_place(c, a, p, &rows[i], cure);
	if (why != REASON_AUTH_NO_ACCESS_LIST)
		return;
	if (is_sent(a, AAA_FILTER_LINE))
		snprintf(cure, ATTEMPT_TERMS_MAX,
		    "! the login server's rules cannot be read: see what it sends");
	else
		snprintf(cure, ATTEMPT_TERMS_MAX,
		    "access-list %s extended permit ip any any\n"
		    "! or the rules that his packets shall pass",
		    p->filter);
}
