/* How NAT rules of the configuration are numbered to the keeper: by section, by the line (of
 * section 2: by the object, in the order of the objects' names), and parts of one line. */
#ifndef GATEHOUSE_CONFIG_NAT_ORDER_H
#define GATEHOUSE_CONFIG_NAT_ORDER_H

#include <stdint.h>

enum { NAT_RULE_PARTS = 4096 };
enum nat_section {
	NAT_SECTION_MANUAL,
	NAT_SECTION_OBJECT_STATIC,
	NAT_SECTION_OBJECT_DYNAMIC,
	NAT_SECTION_AFTER
};

/* The order of a line's first part; the others follow. */
static inline uint32_t nat_order(enum nat_section section, uint32_t number)
{
	return ((uint32_t)section << 30) + number * NAT_RULE_PARTS;
}

#endif
