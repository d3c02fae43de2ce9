/* Checks of logins: is there somebody who can prove himself? */
#include <stdio.h>
#include <string.h>

#include "cli/config/ppp_methods.h"
#include "cli/doctor/served.h"

#define USERS_NAMED 8

static bool is_local(const struct db_row *group)
{
	return cell_is(group, "auth_group", "LOCAL");
}

/* ---- the local database -------------------------------------------------------------------- */

/* An operator of the appliance, as far as can be seen: his privilege is the highest, and no
 * service-type says that he dials. His password is left alone. */
static bool seems_operator(const struct db_row *user)
{
	return db_int(user, "privilege", 2) == 15 && !cell_set(user, "service_type") &&
	       user_lacks_mschap(user);
}

void doctor_users_none(struct exam *e)
{
	EACH_ROW (e, "user", u)
		if (served_user(u) && !seems_operator(u))
			return;
	EACH_SERVED_GROUP (e, g) {
		if (!is_local(g))
			continue;
		found(e, "tunnel-group %s asks the local database, which has no user for it",
		    db_text(g, "name"));
		prescribe_reason(e, &(struct cure_names){0});
		advise(e, "NAME and PASSWORD are what the client's user will type.");
		return; /* one user serves all groups */
	}
}

/* His privilege stays: what the line does not say gets its default. */
static void cure_user(struct exam *e, const struct db_row *user)
{
	int64_t privilege = db_int(user, "privilege", 2);
	char words[32];

	snprintf(words, sizeof words, " privilege %lld", (long long)privilege);
	prescribe_reason(e, &(struct cure_names){.user = db_text(user, "name"),
				.privilege = privilege == 2 ? NULL : words});
}

static void users_found(struct exam *e, const struct db_row *group, unsigned lacking, bool all)
{
	unsigned n = 0;

	found_as(e, all ? DOCTOR_PREVENTS : DOCTOR_MAY_PREVENT,
	    "%u user(s) of the local database have no mschap password, which tunnel-group %s "
	    "asks for",
	    lacking, db_text(group, "name"));
	EACH_ROW (e, "user", u)
		if (user_lacks_mschap(u) && !seems_operator(u) && n++ < USERS_NAMED)
			cure_user(e, u);
	advise(
	    e, "PASSWORD is each user's own%s.", n > USERS_NAMED ? "; there are more users" : "");
}

void doctor_users_mschap(struct exam *e)
{
	unsigned lacking = 0, users = 0;

	EACH_ROW (e, "user", u) {
		users += served_user(u) && !seems_operator(u);
		lacking += user_lacks_mschap(u) && !seems_operator(u);
	}
	EACH_SERVED_GROUP (e, g) {
		if (!lacking || !is_local(g) ||
		    !(ppp_methods_offered(g) & (METHOD_MSCHAPV1 | METHOD_MSCHAPV2)))
			continue;
		users_found(e, g, lacking, lacking == users);
		return;
	}
}

/* ---- login servers ------------------------------------------------------------------------- */

/* The group's fallback makes it less than a disaster. */
static enum doctor_severity without_servers(const struct db_row *group)
{
	return db_bool(group, "auth_fallback") ? DOCTOR_MAY_PREVENT : DOCTOR_PREVENTS;
}

/* The nameif by which a server of ours is most likely reached. */
static const char *inside(struct exam *e)
{
	const struct db_row *best = NULL;

	EACH_ROW (e, "interface", i)
		if (cell_set(i, "nameif") &&
		    (!best || db_int(i, "security_level", 0) > db_int(best, "security_level", 0)))
			best = i;
	return best ? db_text(best, "nameif") : "inside";
}

/* The server does not take what is not signed with the key that it has. */
static bool needs_key(struct exam *e, const char *server)
{
	char protocol[16];

	return ppp_group_protocol(e->db, server, protocol) &&
	       (!strcmp(protocol, "radius") || !strcmp(protocol, "tacacs+"));
}

/* Does a group before this one ask the same servers? */
static bool asked_before(struct exam *e, const struct db_row *group)
{
	EACH_SERVED_GROUP (e, g) {
		if (g == group)
			return false;
		if (cell_is(g, "auth_group", cell_text(group, "auth_group")))
			return true;
	}
	return false;
}

void doctor_servers_none(struct exam *e)
{
	EACH_SERVED_GROUP (e, g) {
		const char *server = db_text(g, "auth_group");

		if (!server || is_local(g) || asked_before(e, g) ||
		    exam_find(e, "aaa_host", "group_name", server))
			continue;
		found_as(e, without_servers(g),
		    "aaa-server group %s of tunnel-group %s has no server", server,
		    db_text(g, "name"));
		cure(e, "aaa-server %s (%s) host 192.0.2.1", server, inside(e));
		if (needs_key(e, server))
			cure(e, " key KEY");
		advise(
		    e, "192.0.2.1 stands for the server's address, KEY for what it knows us by.");
	}
}

static void key_found(struct exam *e, const struct db_row *group, const struct db_row *host)
{
	const char *key[] = {db_text(host, "group_name"), db_text(host, "host")};
	const char *ifname = cell_set(host, "interface") ? db_text(host, "interface") : inside(e);

	found_as(e, without_servers(group), "server %s of aaa-server group %s has no key%s", key[1],
	    key[0], db_is_lost(e->db, "aaa_host", "secret_key", key) ? ": it was lost" : "");
	cure(e, "aaa-server %s (%s) host %s", key[0], ifname, key[1]);
	cure(e, " key KEY");
	advise(e, "KEY is the one that the server has for this appliance.");
}

void doctor_servers_key(struct exam *e)
{
	EACH_SERVED_GROUP (e, g) {
		const char *server = db_text(g, "auth_group");

		if (!server || is_local(g) || asked_before(e, g) || !needs_key(e, server))
			continue;
		EACH_ROW (e, "aaa_host", h)
			if (cell_is(h, "group_name", server) && !cell_set(h, "secret_key"))
				key_found(e, g, h);
	}
}

static void servers_found(struct exam *e, const struct db_row *group)
{
	const char *server = db_text(group, "auth_group");
	const struct doctor_facts *f = e->facts;
	const char *why = "";
	size_t n = 0;

	for (size_t i = 0; i < f->n_servers; i++) {
		if (strcmp(f->servers[i].group_name, server) != 0)
			continue;
		if (f->servers[i].active)
			return;
		why = f->servers[i].why;
		n++;
	}
	if (!n)
		return;
	found_as(e, without_servers(group), "no server of aaa-server group %s answers%s%s", server,
	    *why ? ": " : "", why);
	prescribe_reason(e, &(struct cure_names){.servers = server});
}

void doctor_servers_failed(struct exam *e)
{
	EACH_SERVED_GROUP (e, g)
		if (!is_local(g) && cell_set(g, "auth_group") && !asked_before(e, g))
			servers_found(e, g);
}

/* ---- methods ------------------------------------------------------------------------------- */

/* The strongest method that Windows has and these servers can check. */
static const char *best_method(unsigned checked)
{
	unsigned i = checked & METHOD_MSCHAPV2 ? 3 : 0;

	return ppp_method_word[i];
}

static void cure_method(
    struct exam *e, const struct db_row *group, unsigned checked, enum reason why)
{
	const char *method = best_method(checked);

	prescribe(e, reason_text(why)->cure,
	    &(struct cure_names){.tunnel_group = db_text(group, "name"),
		.servers = db_text(group, "auth_group"),
		.method = method,
		.server_method = method});
	if (!(checked & METHOD_MSCHAPV2))
		advise(e, "On the client \"Unencrypted password (PAP)\" has to be allowed: IPsec "
			  "protects it.");
}

void doctor_methods_unserved(struct exam *e)
{
	EACH_SERVED_GROUP (e, g) {
		const char *server = db_text(g, "auth_group");
		unsigned checked = server ? ppp_group_methods(e->db, server) : 0;

		if (!checked || ppp_methods_offered(g) & checked)
			continue;
		found(e, "server group %s can check none of the PPP methods of tunnel-group %s",
		    server, db_text(g, "name"));
		if (!ppp_methods_asked(g)) {
			found_ends(e, REASON_PPP_NO_AUTH_PROTOCOL, ATTEMPT_L2TP);
			cure_method(e, g, checked, REASON_PPP_NO_AUTH_PROTOCOL);
		} else {
			cure_method(e, g, checked, REASON_AUTH_METHOD);
		}
	}
}

/* MS-CHAP version 1 alone: no Windows since Vista has it. */
void doctor_methods_windows(struct exam *e)
{
	EACH_SERVED_GROUP (e, g) {
		const char *server = db_text(g, "auth_group");
		unsigned checked = server ? ppp_group_methods(e->db, server) : 0;
		unsigned both = ppp_methods_offered(g) & checked;

		if (both != METHOD_MSCHAPV1)
			continue;
		found(e,
		    "of the PPP methods of tunnel-group %s only ms-chap-v1 can be checked, which "
		    "Windows does not have",
		    db_text(g, "name"));
		cure_method(e, g, checked, e->now->reason);
	}
}
