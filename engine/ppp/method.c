/* The methods that a client may prove himself by (RFC 1334, 1994, 2433, 2759): one row each. */
#include "engine/ppp/method.h"

#include <stddef.h>

#include "engine/ppp/frame.h"

/* The strongest last. */
static const struct auth_method methods[] = {
    /* method           protocol     algorithm  challenge response name */
    {PPP_AUTH_PAP, PROTO_PAP, 0, 0, 0, "pap"},
    {PPP_AUTH_CHAP, PROTO_CHAP, CHAP_MD5, 16, 16, "chap md5"},
    {PPP_AUTH_MSCHAPV1, PROTO_CHAP, CHAP_MSCHAPV1, 8, 49, "ms-chap-v1"},
    {PPP_AUTH_MSCHAPV2, PROTO_CHAP, CHAP_MSCHAPV2, 16, 49, "ms-chap-v2"},
};

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
		if (methods[i].protocol == protocol && methods[i].algorithm == algorithm)
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
