/* Where a policy was said; see policy_cure.h. */
#include "engine/session/policy_cure.h"

#include <stdio.h>

#include "engine/aaa/attribute.h"
#include "engine/config/cure_names.h"

/* Does a user, or a group policy, say that attribute? */
#define SAYS(attribute, says)                                                                      \
	static bool user_says_##attribute(const struct cfg_user_policy *p)                         \
	{                                                                                          \
		return says;                                                                       \
	}                                                                                          \
	static bool group_says_##attribute(const struct cfg_group_policy *p)                       \
	{                                                                                          \
		return says;                                                                       \
	}
SAYS(lock, p->group_lock_state != STATE_INHERIT)
SAYS(logins, p->logins != ATTR_UNSET)
SAYS(hours, p->access_hours_state != STATE_INHERIT)
SAYS(protocols, p->protocols != 0)
#undef SAYS

static const struct row {
	enum reason why;
	enum aaa_attribute sent; /* by a login server */
	const char *name;        /* of that attribute, as people call it */
	bool (*user_says)(const struct cfg_user_policy *);
	bool (*group_says)(const struct cfg_group_policy *);
} rows[] = {
    {REASON_GROUP_LOCK, AAA_GROUP_LOCK, "group-lock", user_says_lock, group_says_lock},
    {REASON_TOO_MANY_LOGINS, AAA_LOGINS, "simultaneous-logins", user_says_logins,
	group_says_logins},
    {REASON_ACCESS_HOURS, AAA_ACCESS_HOURS, "access-hours", user_says_hours, group_says_hours},
    {REASON_IPSEC_PROTOCOL_OFF, AAA_PROTOCOLS, "tunneling-protocols", user_says_protocols,
	group_says_protocols},
};

static bool is_sent(const struct admitted *a, enum aaa_attribute which)
{
	struct aaa_value v;

	return aaa_attribute_find(&a->authorized, which, &v) ||
	    aaa_attribute_find(&a->accepted, which, &v);
}

static void at_its_place(const struct config *c, const struct admitted *a,
    const struct session_policy *p, const struct row *r, char *cure)
{
	const struct cfg_user_policy *u = a->local ? config_user(c, a->user) : NULL;
	bool own = u && r->user_says(u);
	const struct cfg_group_policy *says =
	    own ? NULL : config_policy_saying(c, p->group_policy, r->group_says);
	char protocols[CURE_PROTOCOLS_MAX];
	const struct cure_names names = {
	    .kind = own ? "username" : "group-policy",
	    .name = own	   ? a->user
		    : says ? says->name
			   : p->group_policy,
	    .protocols = config_protocol_words(p->protocols, protocols),
	    .hours = p->access_hours,
	    .lock = p->group_lock,
	};

	if (is_sent(a, r->sent))
		snprintf(cure, CURE_MAX, "! the login server says so: change %s of the user there",
		    r->name);
	else
		cure_add(cure, reason_text(r->why)->cure, &names);
}

void policy_cure(const struct config *c, const struct admitted *a, const struct session_policy *p,
    enum reason why, char cure[CURE_MAX])
{
	*cure = '\0';
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].why == why)
			at_its_place(c, a, p, &rows[i], cure);
	if (why != REASON_AUTH_NO_ACCESS_LIST)
		return;
	if (is_sent(a, AAA_FILTER_LINE))
		snprintf(
		    cure, CURE_MAX, "! the login server's rules cannot be read: see what it sends");
	else
		cure_add(cure, CURE_FILTER, &(struct cure_names){.filter = p->filter});
}
