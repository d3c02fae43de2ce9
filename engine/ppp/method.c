/* The methods that a client may prove himself by (RFC 1334, 1994, 2433, 2759, 3748): one row each.
 */
#include "engine/ppp/method.h"

#include <stddef.h>
#include <stdio.h>

#include "engine/base/client_code.h"

#define GRANTED "Access granted"
#define REFUSED "Authentication failed"

static void granted(char *to, size_t size, const struct ppp_auth_reply *r, const char *fresh,
    bool again)
{
	(void)fresh, (void)again;
	snprintf(to, size, "%s", r->message ? r->message : GRANTED);
}

static void refused(char *to, size_t size, const struct ppp_auth_reply *r, const char *fresh,
    bool again)
{
	(void)fresh, (void)again;
	snprintf(to, size, "%s", r->message ? r->message : REFUSED);
}

/* RFC 2759 5: the server proves itself, too. */
static void granted_v2(char *to, size_t size, const struct ppp_auth_reply *r, const char *fresh,
    bool again)
{
	(void)fresh, (void)again;
	snprintf(to, size, "%s M=%s", r->mschap_success, r->message ? r->message : GRANTED);
}

/* Clients know few (RFC 2759 6): whatever else it was is a refusal. */
static int error_of(const struct ppp_auth_reply *r)
{
	return client_code_mschap(
	    r->windows_error ? r->windows_error : reason_text(r->reason)->windows);
}

/* RFC 2433 6, RFC 2759 6. Without a retry the new challenge is only for the form. V: the version
 * of the Change-Password packet that we take. */
static void refused_v1(char *to, size_t size, const struct ppp_auth_reply *r, const char *fresh,
    bool again)
{
	snprintf(to, size, "E=%d R=%d C=%s V=2", error_of(r), again, fresh);
}

static void refused_v2(char *to, size_t size, const struct ppp_auth_reply *r, const char *fresh,
    bool again)
{
	snprintf(to, size, "E=%d R=%d C=%s V=3 M=%s", error_of(r), again, fresh,
	    r->message ? r->message : REFUSED);
}

/* The strongest last. */
/* clang-format off */
static const struct auth_method methods[] = {
#define ROW(id, packets, algorithm, challenge, response, fresh, change, change_len, good, bad, name) \
	{PPP_AUTH_##id, packets, algorithm, challenge, response, fresh, change, change_len, good, \
	    bad, name}
    /*  id        packets        algorithm      challenge response fresh  Change-Password */
    ROW(PAP,      &pap_packets,  0,             0,        0,       false, 0, 0,
        granted,    refused,     "pap"),
    ROW(CHAP,     &chap_packets, CHAP_MD5,      16,       16,      false, 0, 0,
        granted,    refused,     "chap md5"),
    ROW(MSCHAPV1, &chap_packets, CHAP_MSCHAPV1, 8,        49,      true,  CHAP_CHANGE_V2, 1114,
        granted,    refused_v1,  "ms-chap-v1"),
    ROW(MSCHAPV2, &chap_packets, CHAP_MSCHAPV2, 16,       49,      true,  CHAP_CHANGE_V3, 582,
        granted_v2, refused_v2,  "ms-chap-v2"),
    ROW(EAP,      &eap_packets,  0,             0,        0,       false, 0, 0,
        granted,    refused,     "eap"),
#undef ROW
};
/* clang-format on */

const struct auth_method *auth_method(enum ppp_auth which)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (methods[i].method == which)
			return &methods[i];
	return NULL;
}

const struct auth_method *auth_method_by_wire(uint16_t protocol, uint8_t algorithm)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (methods[i].packets->protocol == protocol && methods[i].algorithm == algorithm)
			return &methods[i];
	return NULL;
}

enum ppp_auth auth_strongest(unsigned which)
{
	for (size_t i = sizeof methods / sizeof *methods; i-- > 0;)
		if (which & 1U << methods[i].method)
			return methods[i].method;
	return PPP_AUTH_NONE;
}
