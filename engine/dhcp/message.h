/*
 * A DHCP message (RFC 2131 2, options RFC 2132): bytes <-> struct. Options are
 * read whole before any is looked at, so that parts of one (RFC 3396) and those
 * in `file` and `sname` (option 52) are one value.
 */
#ifndef GATEHOUSE_DHCP_MESSAGE_H
#define GATEHOUSE_DHCP_MESSAGE_H

#include "engine/base/addr.h"
#include "engine/wire/wire.h"

#define DHCP_MESSAGE_MAX 4096 /* longer ones are not read */
#define DHCP_MESSAGE_MIN 300  /* of BOOTP: shorter ones are filled up */
#define DHCP_SERVER_PORT 67
#define DHCP_CLIENT_PORT 68

enum { DHCP_REQUEST_OP = 1, DHCP_REPLY_OP = 2 };
enum dhcp_type {
	DHCPDISCOVER = 1,
	DHCPOFFER,
	DHCPREQUEST,
	DHCPDECLINE,
	DHCPACK,
	DHCPNAK,
	DHCPRELEASE,
	DHCPINFORM
};
enum dhcp_option {
	DHCP_PAD = 0,
	DHCP_MASK = 1,
	DHCP_ROUTER = 3,
	DHCP_DNS = 6,
	DHCP_HOSTNAME = 12,
	DHCP_DOMAIN = 15,
	DHCP_WINS = 44,
	DHCP_REQUESTED = 50,
	DHCP_LEASE = 51,
	DHCP_OVERLOAD = 52,
	DHCP_TYPE = 53,
	DHCP_SERVER = 54,
	DHCP_WISHES = 55,
	DHCP_TEXT = 56,
	DHCP_MAX_SIZE = 57,
	DHCP_RENEW = 58,
	DHCP_REBIND = 59,
	DHCP_CLIENT_ID = 61,
	DHCP_RELAY = 82,      /* RFC 3046; its part 5: the link (RFC 3527) */
	DHCP_SUBNET = 118,    /* RFC 3011 */
	DHCP_SEARCH = 119,    /* RFC 3397 */
	DHCP_ROUTES = 121,    /* RFC 3442 */
	DHCP_MS_ROUTES = 249, /* the same bytes */
	DHCP_END = 255
};

/* What stands before the options. */
struct dhcp_head {
	uint8_t op, htype, hlen, hops;
	uint32_t xid;
	uint16_t secs, flags;		    /* DHCP_BROADCAST */
	struct addr ciaddr, yiaddr, giaddr; /* unset = 0.0.0.0 */
	uint8_t chaddr[16];
};

#define DHCP_BROADCAST 0x8000

struct dhcp_message {
	struct dhcp_head head;
	/* Where the value of each option lies in `bytes`. */
	uint16_t at[256], len[256];
	uint8_t present[256];
	uint8_t bytes[DHCP_MESSAGE_MAX];
};

/* One message, without IP and UDP. False: it is none, or malformed. */
bool dhcp_read(const uint8_t *, size_t len, struct dhcp_message *);
/* The value of that option, empty when there is none; valid as long as the message. */
struct rd dhcp_value(const struct dhcp_message *, enum dhcp_option);
/* The same as a number of four bytes, as an address: 0, unset when there is none of that size. */
uint32_t dhcp_number(const struct dhcp_message *, enum dhcp_option);
struct addr dhcp_addr(const struct dhcp_message *, enum dhcp_option);
/* The first `max` addresses of that option; how many. */
size_t dhcp_addrs(const struct dhcp_message *, enum dhcp_option, struct addr *, size_t max);
/* As text that may stand on a terminal (others are dots), cut off; "" when there is none. */
const char *dhcp_text(const struct dhcp_message *, enum dhcp_option, char *to, size_t size);
/* Of what kind; 0 when it does not say. */
uint8_t dhcp_type(const struct dhcp_message *);

/* Begins a message of that type. Then its options, then the end. */
void dhcp_begin(struct wr *, const struct dhcp_head *, enum dhcp_type);
/* A value longer than 255 bytes stands in several options of the same code (RFC 3396). */
void dhcp_put(struct wr *, enum dhcp_option, const void *, size_t len);
void dhcp_put_number(struct wr *, enum dhcp_option, uint32_t);
/* Nothing when it is unset. */
void dhcp_put_addr(struct wr *, enum dhcp_option, const struct addr *);
/* `begun`: wr_len() before dhcp_begin(). */
void dhcp_end(struct wr *, size_t begun);

#endif
