/* show nat [detail]: a rule, its hits, and what its names stand for. */
#include "cli/show/nat.h"

#include <inttypes.h>

void show_nat_section(struct text *out, unsigned section)
{
	text_addf(out, "%s NAT Policies (Section %u)\n", section == 2 ? "Auto" : "Manual", section);
}

void show_nat_rule(struct text *out, const struct show_nat_rule *r, bool detail)
{
	text_addf(out, "%u (%s) to (%s) source %s %s %s ", r->number, r->real_if, r->mapped_if,
	    r->kind, r->source, r->mapped);
	if (r->dest_mapped)
		text_addf(out, "  destination static %s %s", r->dest_mapped, r->dest_real);
	text_addf(out, "%s%s%s\n", r->no_proxy_arp ? " no-proxy-arp" : "",
	    r->route_lookup ? " route-lookup" : "", r->inactive ? " inactive" : "");
	text_addf(out, "    translate_hits = %" PRIu64 ", untranslate_hits = %" PRIu64 "\n",
	    r->translated, r->untranslated);
	if (!detail)
		return;
	text_addf(out, "    Source - Origin: %s, Translated: %s\n", r->source_text, r->mapped_text);
	if (r->dest_mapped)
		text_addf(out, "    Destination - Origin: %s, Translated: %s\n",
		    r->dest_mapped_text, r->dest_real_text);
}
