/*
 * Result codes (RFC 4511 A.2), passwordPolicyResponse's errors
 * (draft-behera-ldap-password-policy 6.2), "data 52e" of Active Directory (Windows' error codes in
 * hexadecimal) and eDirectory's "(-220)". See ldap_reason.h.
 */
#include "engine/aaa/ldap/reason.h"

#include <stdlib.h>

#include "engine/ipc/message.h"

struct row {
	int code;
	enum reason reason;
};

/* clang-format off */
static const struct row POLICY[] = {
	{0, REASON_AUTH_EXPIRED}, /* passwordExpired */
	{1, REASON_AUTH_LOCKED},  /* accountLocked */
	{2, REASON_AUTH_EXPIRED}, /* changeAfterReset */
};
static const struct row ACTIVE_DIRECTORY[] = {
	{0x525, REASON_AUTH_UNKNOWN_USER},
	{0x52e, REASON_AUTH_REJECTED},
	{0x530, REASON_AUTH_HOURS},
	{0x531, REASON_AUTH_NOT_AUTHORIZED}, /* not from this workstation */
	{0x532, REASON_AUTH_EXPIRED},
	{0x533, REASON_AUTH_DISABLED},
	{0x701, REASON_AUTH_ACCOUNT_EXPIRED},
	{0x773, REASON_AUTH_EXPIRED},        /* he has to set a new one first */
	{0x775, REASON_AUTH_LOCKED},
};
static const struct row EDIRECTORY[] = {
	{-197, REASON_AUTH_LOCKED},
	{-218, REASON_AUTH_HOURS},
	{-220, REASON_AUTH_DISABLED}, /* disabled, or expired */
	{-222, REASON_AUTH_EXPIRED},
	{-223, REASON_AUTH_EXPIRED},  /* and the grace logins are used up */
	{-669, REASON_AUTH_REJECTED},
};
/* Of a server that says no more than the code. */
static const struct row REFUSED[] = {
	{LDAP_INVALID_CREDENTIALS, REASON_AUTH_REJECTED},
	{LDAP_INAPPROPRIATE, REASON_AUTH_REJECTED},  /* he has no password */
	{LDAP_NO_OBJECT, REASON_AUTH_UNKNOWN_USER},
	{LDAP_CONSTRAINT, REASON_AUTH_LOCKED},       /* Sun: too many wrong passwords */
	{LDAP_UNWILLING, REASON_AUTH_DISABLED},      /* Sun: the account is inactivated */
};
static const struct {
	int32_t code;
	const char *name;
} NAMES[] = {
	{LDAP_OK, "success"},
	{LDAP_OPERATIONS_ERROR, "operationsError"},
	{LDAP_SIZE_LIMIT, "sizeLimitExceeded"},
	{LDAP_STRONGER, "strongerAuthRequired: ldap-over-ssl enable"},
	{LDAP_REFERRAL, "referral"},
	{LDAP_CONFIDENTIALITY, "confidentialityRequired: ldap-over-ssl enable"},
	{LDAP_CONSTRAINT, "constraintViolation"},
	{LDAP_NO_OBJECT, "noSuchObject: see ldap-base-dn"},
	{LDAP_INVALID_DN, "invalidDNSyntax"},
	{LDAP_INAPPROPRIATE, "inappropriateAuthentication"},
	{LDAP_INVALID_CREDENTIALS, "invalidCredentials"},
	{LDAP_NO_ACCESS, "insufficientAccessRights"},
	{LDAP_BUSY, "busy"},
	{LDAP_UNAVAILABLE, "unavailable"},
	{LDAP_UNWILLING, "unwillingToPerform"},
};
/* clang-format on */

#define LOOK(table, code, found) look(table, sizeof(table) / sizeof *(table), code, found)

static bool look(const struct row *r, size_t n, int code, enum reason *found)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].code == code) {
			*found = r[i].reason;
			return true;
		}
	return false;
}

/* The number behind `word` in the server's text. */
static bool number_behind(const char *text, const char *word, int base, int *n)
{
	const char *at = strstr(text, word);
	char *end;

	if (!at)
		return false;
	*n = (int)strtol(at + strlen(word), &end, base);
	return end != at + strlen(word);
}

/* What it says besides the code. */
static bool told(const struct ldap_result *a, enum reason *why)
{
	char text[256];
	int n;

	ber_text(a->text, text, sizeof text);
	return (a->policy != LDAP_NO_POLICY && LOOK(POLICY, a->policy, why)) ||
	       (number_behind(text, "data ", 16, &n) && LOOK(ACTIVE_DIRECTORY, n, why)) ||
	       (number_behind(text, "(", 10, &n) && LOOK(EDIRECTORY, n, why));
}

struct ldap_verdict ldap_verdict_user(const struct ldap_result *a)
{
	struct ldap_verdict v = {AUTH_REJECT, REASON_AUTH_REJECTED};

	/* An expired password that is still good for a login or two is good. */
	if (a->code == LDAP_OK && !(a->policy == 0 && a->grace >= 0) &&
	    LOOK(POLICY, a->policy, &v.reason))
		return v;
	if (a->code == LDAP_OK)
		return (struct ldap_verdict){AUTH_ACCEPT, REASON_NONE};
	if (!LOOK(REFUSED, a->code, &v.reason))
		return (struct ldap_verdict){AUTH_ERROR, REASON_AUTH_SERVER_ERROR};
	told(a, &v.reason);
	return v;
}

struct ldap_verdict ldap_verdict_own(const struct ldap_result *a)
{
	enum reason why;

	if (a->code == LDAP_OK)
		return (struct ldap_verdict){AUTH_ACCEPT, REASON_NONE};
	return (struct ldap_verdict){AUTH_ERROR,
	    a->code == LDAP_INVALID_DN || LOOK(REFUSED, a->code, &why) ? REASON_AUTH_OWN_LOGIN
								       : REASON_AUTH_SERVER_ERROR};
}

const char *ldap_code_name(int32_t code)
{
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		if (NAMES[i].code == code)
			return NAMES[i].name;
	return "";
}
