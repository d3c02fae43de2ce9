/* Checks of who may come in, and of who is asked what they may do there. */
#include <string.h>

#include "cli/config/checks.h"

bool check_local_users(struct db_line *l)
{
	if (!l->negated && !l->whole && !row_there(l, "user", NULL, NULL, 0))
		db_say(l, "WARNING: local database is empty! Use 'username' command to define "
			  "local users.");
	return true;
}

/* The protocol of that server group; "" of LOCAL. */
static const char *protocol_of(const struct db_line *l, const char *group, char text[16])
{
	if (!group || !db_get(l->db, "aaa_group", "protocol", &group, 1, text, 16))
		text[0] = 0;
	return text;
}

/* Only TACACS+ knows commands. */
static bool knows_commands(struct db_line *l, const char *group)
{
	char protocol[16];

	if (!protocol_of(l, group, protocol)[0] || strcmp(protocol, "tacacs+") == 0)
		return true;
	db_say(l,
	    "ERROR: aaa-server group %s is of protocol %s: only tacacs+ servers know commands",
	    group, protocol);
	return false;
}

bool check_command_group(struct db_line *l)
{
	const char *group = db_text(&l->row, "command");

	if (l->negated || !group)
		return true;
	if (strcmp(group, "LOCAL") == 0)
		return check_local_users(l);
	if (!knows_commands(l, group))
		return false;
	if (!db_bool(&l->row, "command_local"))
		db_say(l,
		    "WARNING: while no server of group %s answers, no command is allowed: with "
		    "LOCAL behind it the privilege levels stand in",
		    group);
	return true;
}

/* NT, Kerberos, LDAP and SecurID servers hear of nobody's doings. */
bool check_accounting_group(struct db_line *l)
{
	static const char *const columns[] = {"acct_enable", "acct_serial", "acct_ssh"};
	char protocol[16];

	if (l->negated)
		return true;
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		const char *group = db_text(&l->row, columns[i]);

		if (!protocol_of(l, group, protocol)[0] || strcmp(protocol, "tacacs+") == 0 ||
		    strcmp(protocol, "radius") == 0)
			continue;
		db_say(l, "ERROR: aaa-server group %s is of protocol %s, which knows no accounting",
		    group, protocol);
		return false;
	}
	return knows_commands(l, db_text(&l->row, "acct_command"));
}
