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
 */
#ifndef GATEHOUSE_FIREWALL_NAT_H
#define GATEHOUSE_FIREWALL_NAT_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/ipc/message.h"

enum nat_kind { NAT_STATIC, NAT_DYNAMIC, NAT_KINDS };

/* Where the source goes that a dynamic rule translates; static: `mapped`, or the interface. */
enum nat_to {
	NAT_TO_ADDRESSES = 1 << 0, /* those of `mapped`; a static range to one of its size */
	NAT_TO_INTERFACE = 1 << 1, /* the address of mapped_if; with the other: when it is exhausted */
	NAT_TO_PAT = 1 << 2,       /* many share one address of `mapped` (pat-pool, a single host) */
};

/* Ports of a static rule; protocol 0: of all protocols, as they are. */
struct nat_service {
	uint8_t protocol;
	uint16_t real_low, real_high, mapped_low, mapped_high;
};

struct nat_rule {
	uint32_t order; /* identity; cli/config/nat_order.h */
	enum nat_kind kind;
	uint8_t to;                                        /* enum nat_to */
	char real_if[IF_NAMESIZE], mapped_if[IF_NAMESIZE]; /* Linux devices, "" = any */
	struct range real, mapped;                         /* equal: it exempts from what comes later */
	struct range dest_mapped, dest_real;               /* 0.0.0.0-255.255.255.255: any */
	struct nat_service source_service, dest_service;   /* dest: mapped is what is asked for */
	bool no_proxy_arp, route_lookup;
};

/* From KEEP_NAT; false when it is no rule that makes sense. */
bool nat_rule_read(const struct msg_keep_nat *, struct nat_rule *);
bool nat_rule_equal(const struct nat_rule *, const struct nat_rule *);

#endif
