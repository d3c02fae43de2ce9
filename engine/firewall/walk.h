/*
 * The way of a packet that opens a connection, walked through the compiled rules and the routes:
 * what the kernel would do with it, and which rule says so. Pure; nothing is sent.
 *
 *     from a client: his filter -> its destination as NAT has it -> route -> list of the way in, or
 *     the levels -> list of the way out -> its source as NAT has it -> to a client: his filter
 */
#ifndef GATEHOUSE_FIREWALL_WALK_H
#define GATEHOUSE_FIREWALL_WALK_H

#include "engine/firewall/firewall.h"

struct walk_packet { /* host order */
	uint8_t protocol;
	uint32_t source, dest;
	uint16_t source_port, dest_port; /* 0 where there are none */
	uint16_t type_code;              /* of ICMP: type times 256, and code */
};

struct walk_route { /* as REC_ROUTE has it, host order */
	char device[IF_NAMESIZE];
	uint32_t dest, mask, gateway, metric;
	uint8_t kind; /* ROUTE_STATIC, ... */
};

/* What a client's filter says of a packet, which who walks has asked for. */
struct walk_filter {
	uint32_t client; /* his assigned address; 0: he has none, or nobody was asked */
	bool permit;
};

struct walk_world {
	const struct firewall *rules;
	const struct walk_route *routes;
	size_t n_routes;
	bool closed; /* nothing passes from where it comes in to a link without a name */
	struct walk_filter filter[2]; /* of a client who sends, of one who receives */
};

enum walk_step {
	WALK_TUNNEL,      /* it came out of a client's tunnel */
	WALK_UNTRANSLATE, /* by nat: to `packet` */
	WALK_ROUTE,       /* out by the route */
	WALK_FILTER,      /* the filter of a client (who sends, or receives) */
	WALK_LIST,        /* the list of `group`; rule NULL: its end */
	WALK_LEVEL,       /* no list: what the levels of both zones say */
	WALK_TRANSLATE,   /* by nat: to `packet` */
	WALK_ENCRYPT,     /* into a client's tunnel */
};

struct walk_phase {
	enum walk_step step;
	bool drop; /* here it ends */
	const struct walk_route *route;
	const struct access_group *group;
	const struct acl_rule *rule;
	size_t index; /* of the rule in its list */
	const struct nat_rule *nat;
	struct walk_packet was, packet; /* before the step, behind it */
	bool receiver;                  /* of WALK_FILTER */
};

enum walk_end { WALK_PASSES, WALK_TO_BOX, WALK_DENIED, WALK_NO_ROUTE };

enum { WALK_PHASES = 12 };
struct walk {
	struct walk_phase phase[WALK_PHASES];
	size_t n;
	enum walk_end end;
	struct walk_packet packet; /* as it goes out */
	char out[IF_NAMESIZE];     /* "" = nobody knows */
	uint32_t from_client, to_client; /* their assigned addresses, 0 = it is none */
};

/* Sends it in by that device; a client's packet comes by one that clients are behind. */
void walk_packet(struct walk *, const struct walk_world *, const char *in,
    const struct walk_packet *);
/* The route that a packet to that address takes, or NULL. */
const struct walk_route *walk_route(const struct walk_world *, uint32_t dest);
/* The device that it leads out by; for a client that of the interface that he comes by. */
const char *walk_out(const struct walk_world *, const struct walk_route *);

#endif
