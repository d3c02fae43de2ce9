/* Privilege of a login, and its lines in the log; see admit.h. */
#include "cli/login/admit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool login_user_may(struct manager *m, const char *user, enum login_may what)
{
	const char *keys[] = {user};
	char type[24];

	if (!login_setting(m, "exec", NULL, 0) ||
	    !db_get(m->running.db, "user", "service_type", keys, 1, type, sizeof(type)))
		return !db_fault(m->running.db);
	return strcmp(type, "admin") == 0 ||
	    (what == LOGIN_MAY_COME && strcmp(type, "nas-prompt") == 0);
}

bool login_setting(struct manager *m, const char *column, char *value, size_t size)
{
	char text[32];

	if (!db_get(m->running.db, "aaa", column, NULL, 0, text, sizeof(text)) ||
	    strcmp(text, "0") == 0)
		return false;
	if (value)
		snprintf(value, size, "%s", text);
	return true;
}

bool login_is_user(struct manager *m, const char *user)
{
	const char *keys[] = {user};
	char privilege[8];

	return db_get(m->running.db, "user", "privilege", keys, 1, privilege, sizeof(privilege));
}

/* By which ways a login needs a line of the configuration. */
static bool way_is_open(struct manager *m, enum login_way way)
{
	static const char *const column[] = {[LOGIN_SSH] = "ssh_console",
	    [LOGIN_SERIAL] = "serial_console", [LOGIN_ENABLE] = "enable_console"};

	return way == LOGIN_COMMAND || way == LOGIN_ENABLE_PASSWORD ||
	    login_setting(m, column[way], NULL, 0);
}

bool login_admit(struct manager *m, const struct login_request *r, struct login_result *out)
{
	const char *keys[] = {r->user};
	char privilege[8];

	out->privilege = PRIVILEGE_MAX;
	if (r->way == LOGIN_ENABLE_PASSWORD)
		return out->accepted = true;
	if (!way_is_open(m, r->way) ||
	    !db_get(m->running.db, "user", "privilege", keys, 1, privilege, sizeof(privilege)))
		return false;
	out->privilege = atoi(privilege);
	out->accepted = login_user_may(m, r->user,
	    r->way == LOGIN_ENABLE ? LOGIN_MAY_ENABLE : LOGIN_MAY_COME);
	out->enabled = out->accepted && out->privilege > PRIVILEGE_USER &&
	    (r->way == LOGIN_COMMAND || login_setting(m, "auto_enable", NULL, 0)) &&
	    login_user_may(m, r->user, LOGIN_MAY_ENABLE);
	return out->accepted;
}

/* The name of nobody may be a password that was typed in the wrong place. */
static const char *shown_name(struct manager *m, const struct login_request *r,
    const struct login_result *how)
{
	bool known = how->accepted || r->way == LOGIN_ENABLE_PASSWORD || login_is_user(m, r->user);

	return known ? r->user : audit_user(&m->audit, r->user);
}

void login_log(struct manager *m, const struct login_request *r, const struct login_result *how)
{
	char from[ADDR_TEXT_MAX] = "0.0.0.0";
	const char *user = shown_name(m, r, how);
	const char *verb = how->accepted ? "permitted" : "denied";
	unsigned number = how->accepted ? 605005 : 605004;

	if (r->from.family)
		addr_text(&r->from, from);
	audit_add(&m->audit, 6, how->accepted ? 611101 : 611102,
	    "User authentication %s: IP address: %s, Uname: %s",
	    how->accepted ? "succeeded" : "failed", from, user);
	if (r->way == LOGIN_SERIAL)
		audit_add(&m->audit, 6, number, "Login %s from serial to console for user \"%s\"",
		    verb, user);
	else if (r->way == LOGIN_SSH)
		audit_add(&m->audit, 6, number, "Login %s from %s/%u to %s:%s/ssh for user \"%s\"",
		    verb, from, r->port, r->ifname ? r->ifname : "", r->to ? r->to : "", user);
}
