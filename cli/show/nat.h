/* show nat [detail]. */
#ifndef GATEHOUSE_SHOW_NAT_H
#define GATEHOUSE_SHOW_NAT_H

#include "cli/show/nat_line.h"
#include "cli/show/show.h"

struct show_nat_rule { /* strings borrowed */
	const struct nat_line *line;
	uint64_t translated, untranslated; /* connections */
	/* what the names stand for, "10.0.0.0/8, 10.9.0.1/32"; of detail only */
	const char *source, *mapped, *dest_mapped, *dest_real;
	/* "tcp source eq 80", of service objects; "": there are none */
	const char *service, *service_to;
};

/* The heading of section 1, 2 or 3; `first`: nothing was printed before it. */
void show_nat_section(struct text *out, unsigned section, bool first);
void show_nat_rule(struct text *out, const struct show_nat_rule *, bool detail);

#endif
