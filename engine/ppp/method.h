/* Authentication methods: one row each of what is different between them. */
#ifndef GATEHOUSE_PPP_METHOD_H
#define GATEHOUSE_PPP_METHOD_H

#include "engine/ppp/auth_packet.h"
#include "engine/ppp/ppp.h"

enum { CHAP_MD5 = 5, CHAP_MSCHAPV1 = 0x80, CHAP_MSCHAPV2 = 0x81 };
/* Of the MS-CHAP Failures that speak of a password (RFC 2759 6). */
enum { MSCHAP_EXPIRED = 648, MSCHAP_REFUSED = 691 };

/* The text of an answer. `fresh`: a new challenge in hex, for those that want one; `again`: the
 * client may answer that. */
typedef void auth_text(char *to, size_t size, const struct ppp_auth_reply *, const char *fresh,
    bool again);

struct auth_method {
	enum ppp_auth method;
	const struct auth_packets *packets;
	uint8_t algorithm;           /* in LCP's option; 0: the protocol is all */
	uint8_t challenge, response; /* bytes of the values */
	bool fresh;                  /* a refusal has a new challenge in it */
	uint8_t change;      /* code of its Change-Password packet, 0 = none ... */
	uint16_t change_len; /* ... and what that has behind its header */
	auth_text *good, *bad;
	const char *name;
};
const struct auth_method *auth_method(enum ppp_auth);
/* By the option's words; NULL when we have no such method. */
const struct auth_method *auth_method_by_wire(uint16_t protocol, uint8_t algorithm);
/* The strongest of these (bits 1 << enum ppp_auth), or PPP_AUTH_NONE. */
enum ppp_auth auth_strongest(unsigned methods);

#endif
