/* Checks of tunnel groups and group policies: may a client that comes stay? */
#include <stdio.h>
#include <string.h>

#include "cli/config/hours.h"
#include "cli/doctor/served.h"

/* ---- keys ---------------------------------------------------------------------------------- */

static bool is_lost(struct exam *e, const struct db_row *group)
{
	const char *name = db_text(group, "name");

	return db_is_lost(e->db, "tunnel_group", "psk", &name);
}

void doctor_key_none(struct exam *e)
{
	EACH_ROW (e, "tunnel_group", g)
		if (cell_is(g, "type", "remote-access") && (cell_set(g, "psk") || is_lost(e, g)))
			return;
	found(e, "tunnel-group DefaultRAGroup has no pre-shared key");
	prescribe_reason(e, &(struct cure_names){.tunnel_group = "DefaultRAGroup"});
	advise(e, "KEY is the one that the clients have.");
}

void doctor_key_lost(struct exam *e)
{
	EACH_ROW (e, "tunnel_group", g) {
		if (cell_set(g, "psk") || !is_lost(e, g))
			continue;
		found(e, "the pre-shared key of tunnel-group %s was lost", db_text(g, "name"));
		prescribe_reason(e, &(struct cure_names){.tunnel_group = db_text(g, "name")});
		advise(e, "KEY is the one that the clients have.");
	}
}

/* ---- who says an attribute ----------------------------------------------------------------- */

typedef void says_fn(struct exam *, const struct db_row *says, const struct db_row *group);

/* Calls `each` for the policies of groups that serve, once for each that says the attribute, and
 * for each user who has one of his own; then there is no group. */
static void each_who_says(struct exam *e, const char *column, says_fn *each)
{
	const struct db_row *told[32];
	size_t n = 0, i;

	EACH_SERVED_GROUP (e, g) {
		const struct db_row *says = served_says(e, served_policy(e, g), column);

		for (i = 0; i < n && told[i] != says; i++)
			;
		if (i < n || !says || n == sizeof told / sizeof *told)
			continue;
		told[n++] = says;
		each(e, says, g);
	}
	EACH_ROW (e, "user", u)
		if (served_user(u) && db_text(u, column))
			each(e, u, NULL);
}

/* "group-policy NAME" or "username NAME". */
static const char *who(const struct db_row *says)
{
	static char text[EXAM_NAME + 16];

	snprintf(text, sizeof text, "%s %s",
	    strcmp(says->table->name, "user") == 0 ? "username" : "group-policy",
	    db_text(says, "name"));
	return text;
}

/* The reason's cure, at the place that says so. */
static void cure_there(struct exam *e, const struct db_row *says, struct cure_names names)
{
	names.kind = strcmp(says->table->name, "user") == 0 ? "username" : "group-policy";
	names.name = db_text(says, "name");
	prescribe_reason(e, &names);
}

/* Of a user the others are not concerned. */
static enum doctor_severity severity(const struct db_row *group)
{
	return group ? DOCTOR_PREVENTS : DOCTOR_MAY_PREVENT;
}

static void protocol_says(struct exam *e, const struct db_row *says, const struct db_row *group)
{
	char words[EXAM_NAME] = "", word[32];
	size_t used = 0;

	if (cell_has(says, "protocols", "l2tp-ipsec"))
		return;
	for (unsigned i = 0; db_word(says, "protocols", i, word, sizeof word); i++)
		used += (size_t)snprintf(words + used, sizeof words - used, "%s ", word);
	found_as(e, severity(group), "%s does not permit l2tp-ipsec", who(says));
	if (!group)
		found_ends(e, REASON_IPSEC_PROTOCOL_OFF, ATTEMPT_LOGIN);
	snprintf(words + used, sizeof words - used, "l2tp-ipsec");
	cure_there(e, says, (struct cure_names){.protocols = words});
}

void doctor_protocol_l2tp(struct exam *e)
{
	each_who_says(e, "protocols", protocol_says);
}

static void logins_says(struct exam *e, const struct db_row *says, const struct db_row *group)
{
	if (db_int(says, "logins", 1) != 0)
		return;
	found_as(
	    e, severity(group), "%s permits no login (vpn-simultaneous-logins 0)", who(says));
	cure_there(e, says, (struct cure_names){0});
}

void doctor_logins_none(struct exam *e)
{
	each_who_says(e, "logins", logins_says);
}

static void lock_says(struct exam *e, const struct db_row *says, const struct db_row *group)
{
	const char *lock = cell_text(says, "group_lock");
	const struct db_row *to = *lock ? exam_find(e, "tunnel_group", "name", lock) : NULL;

	if (!*lock || (to && served_group(e, to)))
		return;
	found_as(e, severity(group), "%s is locked to tunnel-group %s, by which nobody comes",
	    who(says), lock);
	cure_there(e, says, (struct cure_names){.lock = lock});
}

void doctor_group_lock(struct exam *e)
{
	each_who_says(e, "group_lock", lock_says);
}

static void filter_says(struct exam *e, const struct db_row *says, const struct db_row *group)
{
	const char *list = cell_text(says, "filter");

	if (!*list || exam_find(e, "access_list", "name", list))
		return;
	found_as(e, severity(group),
	    "%s has the vpn-filter %s, an access-list that does not exist", who(says), list);
	prescribe_reason(e, &(struct cure_names){.filter = list});
}

void doctor_filter_missing(struct exam *e)
{
	each_who_says(e, "filter", filter_says);
}

static void hours_says(struct exam *e, const struct db_row *says, const struct db_row *group)
{
	const char *range = cell_text(says, "access_hours");

	const struct db_row *row = *range ? exam_find(e, "time_range", "name", range) : NULL;

	if (!*range || (row && !(e->facts->now && hours_over(row, e->facts->now))))
		return;
	found_as(e, severity(group), "%s has the vpn-access-hours %s, a time-range that %s",
	    who(says), range, row ? "is over" : "does not exist");
	cure_there(e, says, (struct cure_names){.hours = range});
}

void doctor_hours_missing(struct exam *e)
{
	each_who_says(e, "access_hours", hours_says);
}

/* A policy that was made and forgotten: with login servers it may be theirs to name. */
void doctor_policy_unused(struct exam *e)
{
	EACH_SERVED_GROUP (e, g) {
		if (!cell_is(g, "auth_group", "LOCAL") ||
		    !cell_is(g, "group_policy", "DfltGrpPolicy"))
			continue;
		EACH_ROW (e, "group_policy", p) {
			const char *name = db_text(p, "name");

			if (strcmp(name, "DfltGrpPolicy") == 0 ||
			    exam_find(e, "tunnel_group", "group_policy", name) ||
			    exam_find(e, "user", "group_policy", name))
				continue;
			found(e, "group-policy %s is used by no tunnel-group and no user", name);
			cure_group(e, g, "general");
			cure(e, " default-group-policy %s", name);
			return;
		}
	}
}

/* Was it a group before this one, too, by whose policy clients get what `says` says? */
static bool said_before(struct exam *e, const struct db_row *group, const struct db_row *says)
{
	EACH_SERVED_GROUP (e, g) {
		if (g == group)
			return false;
		if (served_says(e, served_policy(e, g), "split_policy") == says)
			return true;
	}
	return false;
}

void doctor_split_missing(struct exam *e)
{
	EACH_SERVED_GROUP (e, g) {
		const struct db_row *policy = served_policy(e, g);
		const struct db_row *list = served_says(e, policy, "split_list");
		const struct db_row *says = served_says(e, policy, "split_policy");
		const char *name = list ? db_text(list, "split_list") : NULL;

		if (!says || said_before(e, g, says) ||
		    !cell_is(says, "split_policy", "tunnelspecified") ||
		    (name && *name && exam_find(e, "access_list", "name", name)))
			continue;
		if (name && *name)
			found(e, "%s tunnels what access-list %s specifies, which does not exist",
			    who(says), name);
		else
			found(e, "%s tunnels what an access-list specifies, and names none",
			    who(says));
		cure_enter(e, says);
		cure(e, " split-tunnel-policy tunnelall");
	}
}
