/* A NAT line of the configuration, as it is compiled (cli/config/nat_lines.h) and shown. */
#ifndef GATEHOUSE_SHOW_NAT_LINE_H
#define GATEHOUSE_SHOW_NAT_LINE_H

#include <stdbool.h>
#include <stdint.h>

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

#endif
