/*
 * RADIUS packets (RFC 2865, 2866, 2869, 5176): written, signed, read and verified. Nothing of what
 * they mean, nothing of the network.
 */
#ifndef GATEHOUSE_AAA_RADIUS_PACKET_H
#define GATEHOUSE_AAA_RADIUS_PACKET_H

#include "engine/base/addr.h"
#include "engine/crypto/crypto.h"
#include "engine/wire/wire.h"

#define RADIUS_PACKET_MAX 4096
#define RADIUS_HEADER 20
#define RADIUS_AUTHENTICATOR 16
#define RADIUS_VALUE_MAX 253

enum radius_code {
	RADIUS_ACCESS_REQUEST = 1,
	RADIUS_ACCESS_ACCEPT,
	RADIUS_ACCESS_REJECT,
	RADIUS_ACCOUNTING_REQUEST,
	RADIUS_ACCOUNTING_RESPONSE,
	RADIUS_ACCESS_CHALLENGE = 11,
	RADIUS_DISCONNECT_REQUEST = 40,
	RADIUS_DISCONNECT_ACK,
	RADIUS_DISCONNECT_NAK,
	RADIUS_COA_REQUEST,
	RADIUS_COA_ACK,
	RADIUS_COA_NAK
};

/* Attributes: name, number, and what debug shows of the value. */
#define RADIUS_ATTRIBUTES(X)                                                                       \
	X(USER_NAME, 1, "User-Name", TEXT)                                                         \
	X(USER_PASSWORD, 2, "User-Password", SECRET)                                               \
	X(CHAP_PASSWORD, 3, "CHAP-Password", SECRET)                                               \
	X(NAS_IP_ADDRESS, 4, "NAS-IP-Address", ADDRESS)                                            \
	X(NAS_PORT, 5, "NAS-Port", NUMBER)                                                         \
	X(SERVICE_TYPE, 6, "Service-Type", NUMBER)                                                 \
	X(FRAMED_PROTOCOL, 7, "Framed-Protocol", NUMBER)                                           \
	X(FRAMED_IP, 8, "Framed-IP-Address", ADDRESS)                                              \
	X(FRAMED_MASK, 9, "Framed-IP-Netmask", ADDRESS)                                            \
	X(FILTER_ID, 11, "Filter-Id", TEXT)                                                        \
	X(FRAMED_MTU, 12, "Framed-MTU", NUMBER)                                                    \
	X(REPLY_MESSAGE, 18, "Reply-Message", TEXT)                                                \
	X(STATE, 24, "State", BYTES)                                                               \
	X(CLASS, 25, "Class", BYTES)                                                               \
	X(VENDOR, 26, "Vendor-Specific", BYTES)                                                    \
	X(SESSION_TIMEOUT, 27, "Session-Timeout", NUMBER)                                          \
	X(IDLE_TIMEOUT, 28, "Idle-Timeout", NUMBER)                                                \
	X(CALLED_STATION, 30, "Called-Station-Id", TEXT)                                           \
	X(CALLING_STATION, 31, "Calling-Station-Id", TEXT)                                         \
	X(NAS_IDENTIFIER, 32, "NAS-Identifier", TEXT)                                              \
	X(PROXY_STATE, 33, "Proxy-State", BYTES)                                                   \
	X(ACCT_STATUS_TYPE, 40, "Acct-Status-Type", NUMBER)                                        \
	X(ACCT_DELAY_TIME, 41, "Acct-Delay-Time", NUMBER)                                          \
	X(ACCT_INPUT_OCTETS, 42, "Acct-Input-Octets", NUMBER)                                      \
	X(ACCT_OUTPUT_OCTETS, 43, "Acct-Output-Octets", NUMBER)                                    \
	X(ACCT_SESSION_ID, 44, "Acct-Session-Id", TEXT)                                            \
	X(ACCT_AUTHENTIC, 45, "Acct-Authentic", NUMBER)                                            \
	X(ACCT_SESSION_TIME, 46, "Acct-Session-Time", NUMBER)                                      \
	X(ACCT_INPUT_PACKETS, 47, "Acct-Input-Packets", NUMBER)                                    \
	X(ACCT_OUTPUT_PACKETS, 48, "Acct-Output-Packets", NUMBER)                                  \
	X(ACCT_TERMINATE_CAUSE, 49, "Acct-Terminate-Cause", NUMBER)                                \
	X(ACCT_INPUT_GIGAWORDS, 52, "Acct-Input-Gigawords", NUMBER)                                \
	X(ACCT_OUTPUT_GIGAWORDS, 53, "Acct-Output-Gigawords", NUMBER)                              \
	X(EVENT_TIMESTAMP, 55, "Event-Timestamp", NUMBER)                                          \
	X(CHAP_CHALLENGE, 60, "CHAP-Challenge", BYTES)                                             \
	X(NAS_PORT_TYPE, 61, "NAS-Port-Type", NUMBER)                                              \
	X(TUNNEL_CLIENT, 66, "Tunnel-Client-Endpoint", TEXT)                                       \
	X(PROMPT, 76, "Prompt", NUMBER)                                                            \
	X(EAP_MESSAGE, 79, "EAP-Message", EAP)                                                     \
	X(MESSAGE_AUTHENTICATOR, 80, "Message-Authenticator", BYTES)                               \
	X(ACCT_INTERIM_INTERVAL, 85, "Acct-Interim-Interval", NUMBER)                              \
	X(NAS_PORT_ID, 87, "NAS-Port-Id", TEXT)                                                    \
	X(FRAMED_POOL, 88, "Framed-Pool", TEXT)                                                    \
	X(ERROR_CAUSE, 101, "Error-Cause", NUMBER)

enum radius_attribute {
#define X(name, number, text, kind) RADIUS_##name = (number),
	RADIUS_ATTRIBUTES(X)
#undef X
};

enum { RADIUS_VENDOR_CISCO = 9, RADIUS_VENDOR_MICROSOFT = 311, RADIUS_VENDOR_ASA = 3076 };
/* Of Cisco: "shell:priv-lvl=15" */
enum { RADIUS_CISCO_AVPAIR = 1 };

/* Whose packets: the secret lives as long. */
struct radius_key {
	const struct crypto *crypto;
	const char *secret;
};

/* ---- writing --------------------------------------------------------------------------- */

/* The header; an Access-Request begins with an empty Message-Authenticator, so does an answer to
 * CoA and Disconnect. `authenticator` NULL: zero. */
void radius_begin(struct wr *, enum radius_code, uint8_t id, const uint8_t *authenticator);
/* One attribute; of no bytes: none. Too long: `full`. */
void radius_put(struct wr *, enum radius_attribute, const void *, size_t len);
/* The text, unless it is empty; cut to what fits one attribute. */
void radius_put_text(struct wr *, enum radius_attribute, const char *);
void radius_put_u32(struct wr *, enum radius_attribute, uint32_t);
void radius_put_address(struct wr *, enum radius_attribute, const struct addr *); /* unset: none */
/* Over as many attributes as it takes (EAP-Message). */
void radius_put_long(struct wr *, enum radius_attribute, const void *, size_t len);
void radius_put_vendor(struct wr *, uint32_t vendor, uint8_t type, const void *, size_t len);
/* Hidden by the request's authenticator (RFC 2865 5.2). False: no memory, or over 128 bytes. */
bool radius_put_password(struct wr *, const struct radius_key *, const char *password);
/* Length, then Message-Authenticator, then the authenticator of a request other than for access.
 * False: it did not fit, or no memory. */
bool radius_finish(struct wr *, const struct radius_key *);
/* The same of an answer to the request of that authenticator. */
bool radius_finish_answer(struct wr *, const struct radius_key *, const uint8_t *authenticator);

/* ---- reading --------------------------------------------------------------------------- */

/* A packet whose attributes have lengths that fit. Points into the bytes it was read from. */
struct radius_packet {
	enum radius_code code;
	uint8_t id;
	const uint8_t *bytes;
	size_t len; /* as the packet says: what follows is padding */
};

/* An attribute; those of vendors come one by one, with their vendor. */
struct radius_value {
	uint32_t vendor; /* 0: RFC 2865's */
	uint8_t type;
	const uint8_t *p;
	size_t len;
};

struct radius_cursor {
	struct rd attributes, inside;
	uint32_t vendor; /* of `inside` */
};

/* False: malformed. */
bool radius_read(struct radius_packet *, const uint8_t *, size_t len);
struct radius_cursor radius_cursor(const struct radius_packet *);
/* The next one; false at the end. What a vendor has built otherwise is given as it is, type 26. */
bool radius_next(struct radius_cursor *, struct radius_value *);
/* The first of that number, of no vendor. */
bool radius_find(const struct radius_packet *, enum radius_attribute, struct radius_value *);
uint32_t radius_u32(const struct radius_value *); /* 0 when it has not four bytes */

/* Is that the answer to the request of that authenticator, from who knows the secret? With
 * `signed_only` it has to have a Message-Authenticator (RFC 2869 5.14); where there is one it is
 * checked, and with EAP there must be. */
enum radius_verdict { RADIUS_GENUINE, RADIUS_UNSIGNED, RADIUS_FORGED };
enum radius_verdict radius_answer_verify(const struct radius_packet *, const struct radius_key *,
    const uint8_t *authenticator, bool signed_only);
/* Is it from him, a CoA-Request or Disconnect-Request (RFC 5176 2.3, 3.4). */
bool radius_request_verifies(const struct radius_packet *, const struct radius_key *);

#endif
