/* Authentication methods as LCP's option and the values of CHAP know them. */
#ifndef GATEHOUSE_PPP_METHOD_H
#define GATEHOUSE_PPP_METHOD_H

#include "engine/ppp/ppp.h"

enum { CHAP_MD5 = 5, CHAP_MSCHAPV1 = 0x80, CHAP_MSCHAPV2 = 0x81 };

/* Protocol and algorithm of a method on the wire: `algorithm` 0 for none. */
struct auth_method {
	enum ppp_auth method;
	uint16_t protocol;
	uint8_t algorithm, challenge, response; /* bytes of the values */
	const char *name;
};
const struct auth_method *auth_method(enum ppp_auth);
/* By the option's words; NULL when we have no such method. */
const struct auth_method *auth_method_by_wire(uint16_t protocol, uint8_t algorithm);
/* The strongest of these (bits 1 << enum ppp_auth), or PPP_AUTH_NONE. */
enum ppp_auth auth_strongest(unsigned methods);

#endif
