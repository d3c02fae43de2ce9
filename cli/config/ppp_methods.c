/* The table of PPP methods by protocol of login servers. */
#include "cli/config/ppp_methods.h"

#include <stdio.h>
#include <string.h>

const char *const ppp_method_column[METHODS] = {"pap", "chap", "mschapv1", "mschapv2", "eap"};
const char *const ppp_method_word[METHODS] = {
    "pap", "chap", "ms-chap-v1", "ms-chap-v2", "eap-proxy"};

static const struct {
	const char *word;
	unsigned methods;
} protocol[] = {
    {"LOCAL", METHOD_PAP | METHOD_MSCHAPV1 | METHOD_MSCHAPV2},
    {"radius", METHOD_PAP | METHOD_CHAP | METHOD_MSCHAPV1 | METHOD_MSCHAPV2 | METHOD_EAP},
    {"tacacs+", METHOD_PAP | METHOD_CHAP | METHOD_MSCHAPV1},
    {"ldap", METHOD_PAP},
    {"kerberos", METHOD_PAP},
    {"nt", METHOD_PAP},
    {"sdi", METHOD_PAP},
};

unsigned ppp_methods_checked(const char *word)
{
	for (size_t i = 0; i < sizeof protocol / sizeof *protocol; i++)
		if (strcmp(protocol[i].word, word) == 0)
			return protocol[i].methods;
	return 0;
}

bool ppp_group_protocol(struct db *db, const char *group, char word[16])
{
	if (strcmp(group, "LOCAL") == 0) {
		snprintf(word, 16, "LOCAL");
		return true;
	}
	return db_get(db, "aaa_group", "protocol", &group, 1, word, 16);
}

unsigned ppp_group_methods(struct db *db, const char *group)
{
	static const char *const columns[] = {"group_name", "mschapv2_capable"};
	const char *const not_capable[] = {group, "0"};
	char word[16];
	unsigned methods;

	if (!ppp_group_protocol(db, group, word))
		return 0;
	methods = ppp_methods_checked(word);
	if (db_any(db, db_table(db, "aaa_host"), columns, not_capable, 2))
		methods &= ~(unsigned)METHOD_MSCHAPV2; /* `no mschapv2-capable` */
	return methods;
}

unsigned ppp_methods_offered(const struct db_row *tunnel_group)
{
	unsigned methods = 0;

	for (unsigned i = 0; i < METHODS; i++)
		methods |= db_bool(tunnel_group, ppp_method_column[i]) ? 1U << i : 0;
	return methods;
}

unsigned ppp_methods_asked(const struct db_row *tunnel_group)
{
	const char *server = db_text(tunnel_group, "auth_group");
	unsigned methods = ppp_methods_offered(tunnel_group);

	if (!server || !*server || strcmp(server, "LOCAL") == 0)
		methods &= ~(unsigned)(METHOD_CHAP | METHOD_EAP);
	return methods;
}

bool service_is_operator(const char *service_type)
{
	return service_type &&
	       (strcmp(service_type, "admin") == 0 || strcmp(service_type, "nas-prompt") == 0);
}

bool form_is_mschap(const char *form)
{
	return form && strcmp(form, "nt-encrypted") == 0;
}

bool user_lacks_mschap(const struct db_row *user)
{
	return db_text(user, "password") && !form_is_mschap(db_text(user, "form")) &&
	       !service_is_operator(db_text(user, "service_type"));
}
