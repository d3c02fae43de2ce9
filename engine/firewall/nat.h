/*
 * A NAT rule as packets see it: one part of a line of the configuration, from
 * one range of addresses to one range. Rules are tried in the order of their
 * numbers; the first that fits the packet that opens a connection decides for
 * all of it, in whichever direction it was opened (the device's order: section 1
 * as listed, object NAT, after-auto).
 *
 *     who opens it            from           to             becomes: from       to
 *     from real_if            real           dest_mapped    mapped              dest_real
 *     from mapped_if          dest_real      mapped         dest_mapped         real    (static)
 *
 * The first also leads out by mapped_if, as long as its destination stays what it is.
 */
#ifndef GATEHOUSE_FIREWALL_NAT_H
#define GATEHOUSE_FIREWALL_NAT_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/ipc/message.h"

enum nat_kind { NAT_STATIC, NAT_DYNAMIC, NAT_KINDS };

/* Where the source goes that a dynamic rule translates; static: `mapped`, or the interface. */
enum nat_to {
	NAT_TO_ADDRESSES = 1 << 0,   /* those of `mapped`; a static range to one of its size */
	NAT_TO_INTERFACE = 1 << 1,   /* the address of mapped_if; with the other: behind those */
	NAT_TO_PAT = 1 << 2,	     /* many share one address of `mapped` (pat-pool, one host) */
	NAT_TO_ROUND_ROBIN = 1 << 3, /* a host may have another address each time */
};

/* Ports of a rule; protocol 0: all of all protocols, as they are. */
struct nat_service {
	uint8_t protocol;
	uint16_t real_low, real_high, mapped_low, mapped_high;
};

struct nat_rule {
	uint32_t order; /* identity; cli/config/nat_order.h */
	uint64_t line;	/* of the configuration: hits of all its parts are counted under it */
	enum nat_kind kind;
	uint8_t to;					   /* enum nat_to */
	char real_if[IF_NAMESIZE], mapped_if[IF_NAMESIZE]; /* Linux devices, "" = any */
	bool real_clients, mapped_clients;   /* VPN clients are behind that interface, too */
	struct range real, mapped;	     /* equal: it exempts from what comes later */
	struct range dest_mapped, dest_real; /* 0.0.0.0-255.255.255.255: any */
	struct nat_service source_service, dest_service; /* dest: mapped is what is asked for */
	uint16_t share;	     /* one of so many hosts takes this pool, the others the next; 0: all */
	bool unidirectional; /* static, and yet only from real_if */
	bool no_proxy_arp, route_lookup;
};

/* From KEEP_NAT; false when it is no rule that makes sense. */
bool nat_rule_read(const struct msg_keep_nat *, struct nat_rule *);
bool nat_rule_equal(const struct nat_rule *, const struct nat_rule *);
bool range_equal(struct range, struct range);
bool range_any(struct range);
/* A static rule, or a destination, is pairs of prefixes in the kernel; where ports become others,
 * too, of single addresses. A rule of more is refused. */
#define NAT_MAPPED_MAX 65536
bool nat_rule_few(const struct nat_rule *);
/* The most addresses that are a prefix in both, from these two on; at most `left`. */
uint64_t nat_block(uint32_t a, uint32_t b, uint64_t left);

/* ---- what becomes of a packet --- */

struct nat_tuple { /* host order; of ICMP both ports are its identifier */
	uint8_t protocol;
	uint32_t source, dest;
	uint16_t source_port, dest_port;
};

/* The present address of a device; false: it has none. */
struct nat_addresses {
	bool (*of)(void *arg, const char *device, uint32_t *address);
	void *arg;
};

enum nat_way {
	NAT_NONE,
	NAT_FORWARD, /* opened from the real side */
	NAT_BACK     /* opened from the mapped side */
};

/* Does the rule decide for a connection that this packet opens? It came in by `in` and, as it is,
 * leads out by `out`; devices, of a client those of the interface that it is behind. */
enum nat_way nat_rule_fits(const struct nat_rule *, const struct nat_tuple *, const char *in,
    const char *out, const struct nat_addresses *);
/* What it makes of that packet: first of its destination (before it is routed), then of its source.
 * Of a pool the first address, and ports as they are: the kernel chooses. */
void nat_rule_translate_dest(const struct nat_rule *, enum nat_way, struct nat_tuple *);
void nat_rule_translate_source(
    const struct nat_rule *, enum nat_way, const struct nat_addresses *, struct nat_tuple *);
/* The first of them that decides, and how; NULL: none. */
const struct nat_rule *nat_find(const struct nat_rule *, size_t n, const struct nat_tuple *,
    const char *in, const char *out, const struct nat_addresses *, enum nat_way *);
/* The range that stands for `mapped`: itself, or the address of the interface. False: it has
 * none. */
bool nat_rule_mapped(const struct nat_rule *, const struct nat_addresses *, struct range *);

#endif
