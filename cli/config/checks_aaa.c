/* Checks of login servers: what each protocol knows, and whom nobody could log in by. */
#include <stdio.h>
#include <string.h>

#include "cli/config/checks.h"
#include "cli/config/ppp_methods.h"
#include "cli/config/row.h"

enum { RADIUS = 1, TACACS = 2, LDAP = 4, KERBEROS = 8, NT = 16, SDI = 32, HTTP = 64 };

static const struct {
	const char *word;
	unsigned bit;
} protocol[] = {
    {"LOCAL", 0},
    {"radius", RADIUS},
    {"tacacs+", TACACS},
    {"ldap", LDAP},
    {"kerberos", KERBEROS},
    {"nt", NT},
    {"sdi", SDI},
    {"http-form", HTTP},
};

#define N_OF(a) (sizeof(a) / sizeof *(a))

/* Lines of a host or a group that not all protocols know. */
static const struct {
	const char *word;
	unsigned of;
} known[] = {
    {"key", RADIUS | TACACS | SDI},
    {"server-port", TACACS | LDAP | KERBEROS | NT | SDI},
    {"authentication-port", RADIUS},
    {"accounting-port", RADIUS},
    {"radius-common-pw", RADIUS},
    {"acl-netmask-convert", RADIUS},
    {"mschapv2-capable", RADIUS},
    {"message-authenticator-required", RADIUS},
    {"tls", RADIUS},
    {"trustpoint", RADIUS | LDAP | SDI},
    {"single-connection", TACACS},
    {"ldap-base-dn", LDAP},
    {"ldap-group-base-dn", LDAP},
    {"ldap-scope", LDAP},
    {"ldap-naming-attribute", LDAP},
    {"ldap-login-dn", LDAP},
    {"ldap-login-password", LDAP},
    {"ldap-over-ssl", LDAP},
    {"server-type", LDAP},
    {"ldap-attribute-map", LDAP},
    {"kerberos-realm", KERBEROS},
    {"nt-auth-domain-controller", NT},
    {"sdi-agent", SDI},
    {"accounting-mode", RADIUS | TACACS},
    {"interim-accounting-update", RADIUS | TACACS},
    {"dynamic-authorization", RADIUS},
    {"authorize-only", RADIUS},
    {"validate-kdc", KERBEROS},
};

/* The group's protocol; -1: there is no such group. */
static int protocol_of(struct db_line *l, const char *group)
{
	char word[16];

	if (!ppp_group_protocol(l->db, group, word))
		return -1;
	for (size_t i = 0; i < N_OF(protocol); i++)
		if (strcmp(protocol[i].word, word) == 0)
			return (int)i;
	return -1;
}

/* Is the line known to the group's protocol? Else that is said. */
static bool fits(struct db_line *l, const char *word, const char *group)
{
	int p = protocol_of(l, group);

	for (size_t i = 0; word && p >= 0 && i < N_OF(known); i++)
		if (strcmp(known[i].word, word) == 0 && !(known[i].of & protocol[p].bit)) {
			db_say(l, "ERROR: %s is not for servers of protocol %s", word,
			    protocol[p].word);
			return false;
		}
	return true;
}

bool check_aaa_host(struct db_line *l)
{
	return l->negated || l->whole ||
	       fits(l, gram_keyword(l->command, 0), db_text(&l->row, "group_name"));
}

bool check_aaa_group(struct db_line *l)
{
	return l->negated || l->whole ||
	       fits(l, gram_keyword(l->command, 0), db_text(&l->row, "name"));
}

bool check_aaa_server(struct db_line *l)
{
	static const char *const nameif[] = {"nameif"};
	const char *name = db_text(&l->row, "interface"), *group = db_text(&l->row, "group_name");

	if (l->negated)
		return true;
	if (protocol_of(l, group) < 0) {
		db_say(l, "ERROR: aaa-server group %s does not exist", group);
		return false;
	}
	if (name && *name && !row_there(l, "interface", nameif, &name, 1)) {
		db_say(l, "ERROR: interface (%s) does not exist", name);
		return false;
	}
	return row_is(&l->row, "secret_key", NULL) || fits(l, "key", group);
}

/* ---- what a tunnel group asks of its server group --------------------------------------- */

/* The methods that the tunnel group offers and its server group cannot check. */
static unsigned unserved(struct db_line *l, const struct db_row *group)
{
	const char *server = db_text(group, "auth_group");

	if (protocol_of(l, server) < 0 || !row_is(group, "type", "remote-access"))
		return 0;
	return ppp_methods_offered(group) & ~ppp_group_methods(l->db, server);
}

/* The line that makes a tunnel group offer a method names it, when nobody can log in by it. */
bool check_ppp_methods(struct db_line *l)
{
	const char *server = db_text(&l->row, "auth_group");
	unsigned now = unserved(l, &l->row), was = l->before ? unserved(l, l->before) : 0;
	char names[64] = "", kind[32] = "";
	size_t used = 0;

	if (l->before && !row_is(l->before, "auth_group", server))
		was = 0;
	for (unsigned i = 0; i < METHODS; i++)
		if (now & ~was & 1U << i)
			used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
			    used ? ", " : "", ppp_method_word[i]);
	if (strcmp(server, "LOCAL") != 0)
		snprintf(kind, sizeof kind, " (%s)", protocol[protocol_of(l, server)].word);
	if (used)
		db_say(l,
		    "WARNING: authentication %s of tunnel-group %s cannot be checked by "
		    "server group %s%s",
		    names, db_text(&l->row, "name"), server, kind);
	return check_mschap_users(l);
}

/* What a tunnel group wants of server groups besides logins, and which protocols know it. */
static const struct {
	const char *column, *what;
	unsigned of;
} uses[] = {
    {"authorization_group", "authorization", RADIUS | TACACS | LDAP},
    {"accounting_group", "accounting", RADIUS | TACACS},
};

bool check_group_use(struct db_line *l)
{
	for (size_t i = 0; i < N_OF(uses) && !l->negated; i++) {
		const char *group = db_text(&l->row, uses[i].column);
		int p = group && *group ? protocol_of(l, group) : -1;

		if (p <= 0 || protocol[p].bit & uses[i].of ||
		    (l->before && row_is(l->before, uses[i].column, group)))
			continue;
		db_say(l, "WARNING: server group %s (%s) knows no %s", group, protocol[p].word,
		    uses[i].what);
	}
	return true;
}
