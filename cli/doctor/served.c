/* Whom the configuration serves. Owns nothing. */
#include "cli/doctor/served.h"

#include <string.h>

#include "cli/config/ppp_methods.h"

#define DEFAULT_POLICY "DfltGrpPolicy"
#define DEFAULT_GROUP "DefaultRAGroup"

/* ---- interfaces ---------------------------------------------------------------------------- */

const struct db_row *served_named(struct exam *e, const char *nameif)
{
	return exam_find(e, "interface", "nameif", nameif);
}

const char *served_interface(struct exam *e)
{
	const struct db_row *lowest = NULL;

	EACH_ROW (e, "crypto_map_interface", b)
		if (served_named(e, db_text(b, "ifname")))
			return db_text(b, "ifname");
	EACH_ROW (e, "ikev1_enable", i)
		if (served_named(e, db_text(i, "ifname")))
			return db_text(i, "ifname");
	EACH_ROW (e, "interface", r)
		if (cell_set(r, "nameif") && (!lowest || db_int(r, "security_level", 0) <
							     db_int(lowest, "security_level", 0)))
			lowest = r;
	if (lowest)
		return db_text(lowest, "nameif");
	EACH_ROW (e, "crypto_map_interface", b)
		return db_text(b, "ifname");
	return "outside";
}

/* ---- maps ---------------------------------------------------------------------------------- */

bool served_map(struct exam *e, const char *table, const char *name, const char *column)
{
	EACH_ROW (e, table, r)
		if (cell_is(r, "name", name) && (!column || cell_set(r, column)))
			return true;
	return false;
}

/* ---- groups and policies ------------------------------------------------------------------- */

bool served_group(struct exam *e, const struct db_row *group)
{
	if (!cell_is(group, "type", "remote-access"))
		return false;
	if (cell_set(group, "psk"))
		return true;
	EACH_ROW (e, "tunnel_group", g)
		if (cell_is(g, "type", "remote-access") && cell_set(g, "psk"))
			return false;
	return cell_is(group, "name", DEFAULT_GROUP);
}

const struct db_row *served_policy(struct exam *e, const struct db_row *group)
{
	const char *name = db_text(group, "group_policy");
	const struct db_row *policy = name ? exam_find(e, "group_policy", "name", name) : NULL;

	return policy ? policy : exam_find(e, "group_policy", "name", DEFAULT_POLICY);
}

const struct db_row *served_says(struct exam *e, const struct db_row *policy, const char *column)
{
	return db_text(policy, column) ? policy
				       : exam_find(e, "group_policy", "name", DEFAULT_POLICY);
}

void cure_enter(struct exam *e, const struct db_row *r)
{
	bool user = strcmp(r->table->name, "user") == 0;

	cure(e, "%s %s attributes", user ? "username" : "group-policy", db_text(r, "name"));
}

void cure_group(struct exam *e, const struct db_row *group, const char *part)
{
	cure(e, "tunnel-group %s %s-attributes", db_text(group, "name"), part);
}

bool served_user(const struct db_row *user)
{
	return !service_is_operator(db_text(user, "service_type")) ||
	       form_is_mschap(db_text(user, "form"));
}
