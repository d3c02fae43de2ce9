/* Privilege of a login, and its lines in the log; see admit.h. */
#include "cli/login/admit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"

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

static bool is_tacacs(struct manager *m, const char *group)
{
	const char *keys[] = {group};
	char protocol[16];

	return db_get(m->running.db, "aaa_group", "protocol", keys, 1, protocol,
		   sizeof(protocol)) && strcmp(protocol, "tacacs+") == 0;
}

/* `aaa authorization exec`: "" without the line. */
static void exec_by(struct manager *m, char exec[24])
{
	if (!login_setting(m, "exec", exec, 24))
		exec[0] = 0;
}

/* Whoever reads several rows compares this: what cannot be read lets nobody in. */
static unsigned unread(struct manager *m)
{
	const char *why;

	return db_unread(m->running.db, &why);
}

void login_by(struct manager *m, enum login_way way, struct login_by *by)
{
	/* By which ways a login needs a line of the configuration. */
	static const struct {
		const char *group, *fallback;
	} column[] = {[LOGIN_SSH] = {"ssh_console", "ssh_local"},
	    [LOGIN_SERIAL] = {"serial_console", "serial_local"},
	    [LOGIN_ENABLE] = {"enable_console", "enable_local"}};

	unsigned before = unread(m);
	char exec[24];

	exec_by(m, exec);
	*by = (struct login_by){.group = "LOCAL", .method = "pap"};
	if (way != LOGIN_COMMAND && way != LOGIN_ENABLE_PASSWORD) {
		if (!login_setting(m, column[way].group, by->group, sizeof(by->group)))
			by->group[0] = 0;
		by->fallback = login_setting(m, column[way].fallback, NULL, 0);
	}
	by->local = strcmp(by->group, "LOCAL") == 0;
	if (is_tacacs(m, by->group)) {
		/* the server asks the person itself: for the password, to begin with */
		by->method = "ascii";
		by->authorizes = way != LOGIN_ENABLE && strcmp(exec, "authentication-server") == 0;
	}
	if (unread(m) != before)
		*by = (struct login_by){.group = "", .method = "pap"};
}

static bool way_is_open(struct manager *m, enum login_way way)
{
	struct login_by by;

	login_by(m, way, &by);
	return by.group[0] != 0;
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

/* Under `aaa authorization exec authentication-server` the server says what he may: a service-type
 * of none is that of an admin, as on the device. */
static void by_service_type(const struct bytes *attributes, struct login_result *out)
{
	struct aaa_value v;

	if (!aaa_attribute_find(attributes, AAA_SERVICE_TYPE, &v))
		return;
	out->prompt_only = strcmp(v.text, "admin") != 0;
	out->accepted = !out->prompt_only || strcmp(v.text, "nas-prompt") == 0;
}

static int privilege_of(const struct bytes *attributes, int without)
{
	struct aaa_value v;

	if (!aaa_attribute_find(attributes, AAA_PRIVILEGE, &v))
		return without;
	return v.number < PRIVILEGE_MAX ? (int)v.number : PRIVILEGE_MAX;
}

/* What the person reads: the server's words, and when his password ends. */
static void tell_person(const struct msg_auth_reply *r, struct login_result *out)
{
	struct aaa_value v;
	size_t n;

	snprintf(out->message, sizeof(out->message), "%.400s", r->message);
	n = strlen(out->message);
	if (aaa_attribute_find(&r->attributes, AAA_PASSWORD_DAYS, &v))
		snprintf(out->message + n, sizeof(out->message) - n,
		    "%sYour password will expire in %u days.", n ? "\n" : "", v.number);
}

bool login_admit_by_server(struct manager *m, const struct login_request *r,
    const struct msg_auth_reply *reply, struct login_result *out)
{
	bool enable = r->way == LOGIN_ENABLE;
	unsigned before = unread(m);
	char exec[24];

	exec_by(m, exec);
	if (strcmp(exec, "LOCAL") == 0) { /* what he may is said here, whoever proved him */
		login_admit(m, r, out);
		out->prompt_only = !login_user_may(m, r->user, LOGIN_MAY_ENABLE);
	} else {
		out->accepted = way_is_open(m, r->way);
		out->privilege = enable ? PRIVILEGE_MAX : PRIVILEGE_USER;
		if (exec[0] && out->accepted) {
			out->privilege = privilege_of(&reply->attributes, out->privilege);
			by_service_type(&reply->attributes, out);
		}
		out->accepted = out->accepted && !(enable && out->prompt_only);
		out->enabled = out->accepted && !out->prompt_only &&
		    out->privilege > PRIVILEGE_USER && login_setting(m, "auto_enable", NULL, 0);
	}
	if (unread(m) != before)
		out->accepted = out->enabled = false;
	out->by_server = true;
	tell_person(reply, out);
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
