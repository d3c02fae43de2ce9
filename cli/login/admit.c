/* Privilege of a login, and its lines in the log; see admit.h. */
#include "cli/login/admit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"

bool login_admit(struct manager *m, const struct login_request *r,
    const struct msg_auth_reply *reply, struct login_result *out)
{
	struct aaa_value v;

	(void)m;
	(void)r;
	out->accepted = true;
	out->privilege = PRIVILEGE_USER;
	if (aaa_attribute_find(&reply->attributes, AAA_PRIVILEGE, &v) && v.number <= PRIVILEGE_MAX)
		out->privilege = (int)v.number;
	return true;
}

void login_log(struct manager *m, const struct login_request *r, const struct login_result *how)
{
	char from[ADDR_TEXT_MAX] = "0.0.0.0";
	const char *verb = how->accepted ? "permitted" : "denied";
	unsigned number = how->accepted ? 605005 : 605004;

	if (r->from.family)
		addr_text(&r->from, from);
	audit_add(&m->audit, 6, how->accepted ? 611101 : 611102,
	    "User authentication %s: IP address: %s, Uname: %s",
	    how->accepted ? "succeeded" : "failed", from, r->user);
	if (r->way == LOGIN_SERIAL)
		audit_add(&m->audit, 6, number, "Login %s from serial to console for user \"%s\"",
		    verb, r->user);
	else if (r->way == LOGIN_SSH)
		audit_add(&m->audit, 6, number, "Login %s from %s/%u to %s:%s/ssh for user \"%s\"",
		    verb, from, r->port, r->ifname ? r->ifname : "", r->to ? r->to : "", r->user);
}
