/*
 * The messages of the bus as structs, from messages.def, and their codec.
 *
 * On the wire: type (u16), then the fields in their order, big-endian; strings
 * and byte fields have a u16 length, strings a NUL behind. Decoded strings
 * point into the packet and live as long as it does.
 */
#ifndef GATEHOUSE_MESSAGE_H
#define GATEHOUSE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"

#define IPC_PACKET_MAX 65536
#define STRLIST_MAX 16

struct strlist {
	uint8_t n;
	const char *v[STRLIST_MAX];
};

struct bytes {
	uint16_t len;
	const uint8_t *p;
};

struct range { /* IPv4, host order, both inclusive */
	uint32_t first, last;
};

enum { CFG_SET = 1, CFG_DELETE = 2 };
/* Attributes that a policy may leave to another. */
enum { STATE_INHERIT, STATE_NONE, STATE_VALUE };
#define ATTR_UNSET (-1)
#define ATTR_NONE (-2)
enum { PROTO_IKEV1 = 1, PROTO_IKEV2 = 2, PROTO_L2TP_IPSEC = 4, PROTO_SSL_CLIENT = 8,
	PROTO_SSL_CLIENTLESS = 16 };
enum { KEEP_LINK_DOWN, KEEP_LINK_UP, KEEP_LINK_HOST /* as the host has it */ };
/* Where an access list holds: what comes in by a link, goes out by it, is for ourselves. */
enum { ACCESS_IN, ACCESS_OUT, ACCESS_CONTROL };
/* More connections than that are not told. */
enum { CONNECTIONS_TOLD_MAX = 20000 };
/* REC_POOL_ADDR; held: it rests for the reuse-delay */
enum { POOL_ADDRESS_FREE, POOL_ADDRESS_HELD, POOL_ADDRESS_IN_USE };
/* REC_LINK duplex */
enum { LINK_DUPLEX_UNKNOWN, LINK_DUPLEX_HALF, LINK_DUPLEX_FULL };
enum { KEEP_SYSLOG_UDP, KEEP_SYSLOG_TCP, KEEP_SYSLOG_JOURNAL };
enum { ROUTE_STATIC = 1 /* of the configuration */, ROUTE_CONNECTED, ROUTE_LOCAL, ROUTE_CLIENT,
	ROUTE_HOST /* the host's own */ };
enum { AUTH_ACCEPT = 1, AUTH_REJECT, AUTH_ERROR, AUTH_CHALLENGE, AUTH_CANCELLED };
enum { CHALLENGE_EAP = 1 /* a packet */, CHALLENGE_TEXT /* to show */, CHALLENGE_NEW_PASSWORD };
enum { ASK_AUTHENTICATE, ASK_AUTHORIZE /* what the user may have */, ASK_COMMAND /* may he? */ };
enum { ACCOUNT_START = 1, ACCOUNT_INTERIM, ACCOUNT_STOP, ACCOUNT_COMMAND,
	ACCOUNT_ON /* the appliance serves from now on */, ACCOUNT_OFF /* or no more */ };
enum role { ROLE_KEEPER, ROLE_MANAGER, ROLE_ENGINE, ROLE_AAA,
	ROLE_SSH /* the door: gatehouse-ssh */, ROLE_COUNT };

enum msg_type {
	MSG_NONE,
#define MSG(NAME, name, ...) MSG_##NAME,
#include "engine/ipc/messages.def"
	MSG_COUNT
};

#define U8(f) uint8_t f;
#define U16(f) uint16_t f;
#define U32(f) uint32_t f;
#define U64(f) uint64_t f;
#define I64(f) int64_t f;
#define STR(f) const char *f;
#define SECRET(f) const char *f;
#define LIST(f) struct strlist f;
#define ADDR(f) struct addr f;
#define RANGE(f) struct range f;
#define BYTES(f, max) struct bytes f;
#define CFG(NAME, name, ROLE, table, ...) \
	struct name { \
		__VA_ARGS__ \
	};
#define MSG(NAME, name, ...) \
	struct msg_##name { \
		__VA_ARGS__ \
	};
#include "engine/ipc/messages.def"

struct ipc_msg {
	enum msg_type type;
	int fd; /* a descriptor that travels along; -1 = none */
	union {
#define CFG(NAME, name, ROLE, table, ...) struct name name;
#define MSG(NAME, name, ...) struct msg_##name name;
#include "engine/ipc/messages.def"
	};
};

/* Encodes into `buf`; the length, or 0 when it does not fit. NULL strings travel as "". */
size_t ipc_encode(const struct ipc_msg *, uint8_t *buf, size_t size);
/* Decodes; strings of `m` point into `buf`. False when malformed (m->type is MSG_NONE then). */
bool ipc_decode(struct ipc_msg *m, const uint8_t *buf, size_t len);
const char *ipc_name(enum msg_type);
/* The request that a message is, or answers: its ID field, NULL when it has none. */
uint32_t *ipc_id(const struct ipc_msg *);
/* CFG_SET or CFG_DELETE: its OP field, NULL when it has none. */
uint8_t *ipc_op(const struct ipc_msg *);
/* One line for debugging; secrets are masked, bytes counted. */
void ipc_print(const struct ipc_msg *, char *buf, size_t size);

#endif
