/*
 * The NAT lines of a configuration in the device's order: section 1 as listed, the objects' own
 * (static before dynamic, those of few addresses first, then by the lowest address, then by name),
 * after-auto. What the kernel is given and what `show nat` prints are both made of this list.
 */
#ifndef GATEHOUSE_CONFIG_NAT_LINES_H
#define GATEHOUSE_CONFIG_NAT_LINES_H

#include "db/db.h"
#include "engine/ipc/message.h"

enum { NAT_RULE_PARTS = 4096 }; /* that a line may have */
enum nat_section { NAT_SECTION_MANUAL, NAT_SECTION_OBJECT, NAT_SECTION_AFTER };

struct nat_line {
	enum nat_section section;
	uint32_t number;     /* within its section, from 1 */
	uint64_t id;	     /* of what it says; its hits are counted under it */
	bool fixed;	     /* static */
	bool pool, fallback; /* `pat-pool`; `interface` behind a pool */
	bool round_robin, extended, flat, reserve, blocks; /* of a pool */
	bool net_to_net, dns, one_way, no_proxy_arp, route_lookup, inactive;
	char real_if[64], mapped_if[64]; /* "any" */
	char source[80], mapped[80];	 /* objects, "any", "interface"; mapped also an address */
	char dest_mapped[80], dest_real[80]; /* "": it says nothing of destinations */
	char service[80], service_to[80];    /* service objects; of an object's line: "tcp" */
	char real_port[32], mapped_port[32]; /* of an object's line, as they are written */
	char description[201];
};

struct nat_lines {
	struct nat_line *v;
	size_t n, size;
	bool failed; /* these are not all */
};

/* All of them; false: a fault, or no memory, and nothing is held. */
bool nat_lines_read(struct db *, struct nat_lines *);
void nat_lines_free(struct nat_lines *);

/* The order of its first part; the others follow. */
uint32_t nat_line_order(const struct nat_line *);

#endif
