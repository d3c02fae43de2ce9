/* Why an LDAP server refuses a bind or a search: its result codes, what it says of its password
 * policy, and the words of Active Directory and eDirectory, as reasons. Pure. */
#ifndef GATEHOUSE_AAA_LDAP_REASON_H
#define GATEHOUSE_AAA_LDAP_REASON_H

#include "engine/aaa/ldap/codec.h"
#include "engine/base/reason.h"

struct ldap_verdict {
	uint8_t result; /* AUTH_ACCEPT, AUTH_REJECT, AUTH_ERROR */
	enum reason reason;
};

/* Of a bind as the user. */
struct ldap_verdict ldap_verdict_user(const struct ldap_result *);
/* Of the bind as `ldap-login-dn`: acceptance or error. */
struct ldap_verdict ldap_verdict_own(const struct ldap_result *);
/* A result code's name, "" = not known here. */
const char *ldap_code_name(int32_t code);

#endif
