/* show nat [detail]. */
#ifndef GATEHOUSE_SHOW_NAT_H
#define GATEHOUSE_SHOW_NAT_H

#include "cli/show/show.h"

struct show_nat_rule {			     /* strings borrowed */
	unsigned number;		     /* within its section */
	const char *real_if, *mapped_if;     /* "any" */
	const char *kind, *source, *mapped;  /* static, dynamic; names of objects, any, interface */
	const char *dest_mapped, *dest_real; /* NULL = the rule says nothing of destinations */
	bool no_proxy_arp, route_lookup, inactive;
	uint64_t translated, untranslated; /* connections */
	/* what the names stand for, "10.0.0.0/8"; of detail only */
	const char *source_text, *mapped_text, *dest_mapped_text, *dest_real_text;
};

/* The heading of section 1, 2 or 3. */
void show_nat_section(struct text *out, unsigned section);
void show_nat_rule(struct text *out, const struct show_nat_rule *, bool detail);

#endif
