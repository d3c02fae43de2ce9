/*
 * Checks of what remote-access clients get: where a line is legal and yet
 * somebody could not log in by it, it is said.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/config/row.h"
#include "cli/config/checks.h"
#include "cli/config/ppp_methods.h"

bool check_map_interface(struct db_line *l)
{
	static const char *const columns[] = {"name"};
	const char *map = db_text(&l->row, "name");

	if (l->negated)
		return true;
	warn_interface(l, db_text(&l->row, "ifname"));
	if (!row_there(l, "crypto_map", columns, &map, 1))
		db_say(l,
		    "WARNING: crypto map with tag \"%s\" does not exist; nobody can connect by it "
		    "until it does",
		    map);
	return true;
}

/* ---- how long he stays ------------------------------------------------------------ */

static void warn_alert(struct db_line *l, const char *line, const char *timeout, const char *alert)
{
	const char *end = db_text(&l->row, timeout), *before = db_text(&l->row, alert);

	if (!end || !before || strcmp(end, "none") == 0 ||
	    strtoul(before, NULL, 10) < strtoul(end, NULL, 10) ||
	    (l->before && row_is(l->before, timeout, end) && row_is(l->before, alert, before)))
		return;
	db_say(l,
	    "WARNING: the alert-interval of %s is not shorter than the timeout: the coming end is "
	    "not told",
	    line);
}

bool check_alerts(struct db_line *l)
{
	warn_alert(l, "vpn-idle-timeout", "idle_timeout", "idle_alert");
	warn_alert(l, "vpn-session-timeout", "session_timeout", "session_alert");
	return true;
}

/* ---- what a client is told ------------------------------------------------------ */

static bool is_server(const char *text)
{
	struct addr a;

	return addr_parse(text, &a) && addr_is_host(addr_to_v4(&a));
}

bool check_servers(struct db_line *l)
{
	static const char *const columns[] = {"dns", "wins"};
	char text[ADDR_TEXT_MAX];

	for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
		for (unsigned i = 0; db_word(&l->row, columns[c], i, text, sizeof text); i++)
			if (strcmp(text, "none") != 0 && !is_server(text)) {
				db_say(l, "ERROR: %s is not the address of a server", text);
				return false;
			}
	return true;
}

/* Labels of letters, digits, hyphens and (Windows has them) underscores. */
static bool is_domain(const char *name)
{
	const char *p;

	for (p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
			return false;
	return *name != '.' && !strstr(name, "..");
}

bool check_domain(struct db_line *l)
{
	const char *name = db_text(
	    &l->row, gram_column(l->command->table, "domain") < 0 ? "domain_name" : "domain");

	if (!name || is_domain(name))
		return true;
	db_say(l, "ERROR: %s is not a domain name", name);
	return false;
}

/* Each of several. */
bool check_split_dns(struct db_line *l)
{
	char name[256];

	for (unsigned i = 0; db_word(&l->row, "split_dns", i, name, sizeof name); i++)
		if (strcmp(name, "none") != 0 && !is_domain(name)) {
			db_say(l, "ERROR: %s is not a domain name", name);
			return false;
		}
	return true;
}

/* The address that a user always gets. */
bool check_framed_address(struct db_line *l)
{
	uint32_t a = row_v4(&l->row, "framed_ip"), m = row_v4(&l->row, "framed_mask");
	const char *text = db_text(&l->row, "framed_ip"), *mask = db_text(&l->row, "framed_mask");

	if (!text)
		return true;
	if (!addr_is_host(a) || (m < 0xfffffffe && ((a & ~m) == 0 || (a | m) == 0xffffffff))) {
		db_say(l, "ERROR: IP address %s and mask %s conflict: this is not a host address",
		    text, mask);
		return false;
	}
	return true;
}

/* ---- who can log in ---------------------------------------------------------------- */

/* Does the group let clients of the local database log in with MS-CHAP? Without its key nobody
 * comes so far. */
static bool serves_mschap(const struct db_row *group)
{
	return row_is(group, "type", "remote-access") && row_is(group, "auth_group", "LOCAL") &&
	    db_text(group, "psk") && (db_bool(group, "mschapv1") || db_bool(group, "mschapv2"));
}

struct first {
	char name[65];
	unsigned n;
};

static void add(struct first *f, const struct db_row *row)
{
	if (!f->n++)
		snprintf(f->name, sizeof f->name, "%s", db_text(row, "name"));
}

static void add_user(void *ctx, const struct db_row *row)
{
	if (user_lacks_mschap(row))
		add(ctx, row);
}

static void add_group(void *ctx, const struct db_row *row)
{
	if (serves_mschap(row))
		add(ctx, row);
}

/* The line that makes a group serve MS-CHAP tells whom it will turn away. */
bool check_mschap_users(struct db_line *l)
{
	struct first users = {0};

	if (!serves_mschap(&l->row) || (l->before && serves_mschap(l->before)))
		return true;
	db_each(l->db, db_table(l->db, "user"), add_user, &users);
	if (users.n == 1)
		db_say(l,
		    "WARNING: username %s has no mschap password and cannot log in with MS-CHAP",
		    users.name);
	else if (users.n)
		db_say(l,
		    "WARNING: username %s and %u more have no mschap password and cannot log in "
		    "with "
		    "MS-CHAP",
		    users.name, users.n - 1);
	return true;
}

void warn_password_form(struct db_line *l, const char *form)
{
	const char *name = db_text(&l->row, "name");
	struct first groups = {0};
	char type[16] = "";

	if (form_is_mschap(form))
		return;
	db_get(l->db, "user", "service_type", &name, 1, type, sizeof type);
	if (service_is_operator(type))
		return;
	db_each(l->db, db_table(l->db, "tunnel_group"), add_group, &groups);
	if (groups.n)
		db_say(l, "WARNING: without mschap username %s cannot log in with MS-CHAP, which "
		    "tunnel-group %s asks for", name, groups.name);
}
