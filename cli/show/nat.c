/* show nat [detail]: a rule, its hits, and what its names stand for. */
#include "cli/show/nat.h"

#include <inttypes.h>

void show_nat_section(struct text *out, unsigned section, bool first)
{
	text_addf(out, "%s%s NAT Policies (Section %u)\n", first ? "" : "\n",
	    section == 2 ? "Auto" : "Manual", section);
}

static void word(struct text *out, bool said, const char *text)
{
	if (said)
		text_addf(out, " %s", text);
}

/* Behind the source: where it goes. */
static void say_mapped(struct text *out, const struct nat_line *l)
{
	word(out, l->pool, "pat-pool");
	word(out, true, l->mapped);
	word(out, l->round_robin, "round-robin");
	word(out, l->extended, "extended");
	word(out, l->flat, "flat");
	word(out, l->reserve, "include-reserve");
	word(out, l->blocks, "block-allocation");
	word(out, l->fallback, "interface");
	text_addc(out, ' ');
}

static void say_options(struct text *out, const struct nat_line *l)
{
	if (l->dest_mapped[0])
		text_addf(out, "  destination static %s %s", l->dest_mapped, l->dest_real);
	if (l->section == NAT_SECTION_OBJECT && l->service[0])
		text_addf(out, " service %s %s %s", l->service, l->real_port, l->mapped_port);
	else if (l->service[0])
		text_addf(out, " service %s %s", l->service, l->service_to);
	word(out, l->net_to_net, "net-to-net");
	word(out, l->dns, "dns");
	word(out, l->one_way, "unidirectional");
	word(out, l->no_proxy_arp, "no-proxy-arp");
	word(out, l->route_lookup, "route-lookup");
	word(out, l->inactive, "inactive");
	if (l->description[0])
		text_addf(out, " description %s", l->description);
}

static void say_detail(struct text *out, const struct show_nat_rule *r)
{
	const struct nat_line *l = r->line;

	text_addf(out, "    Source - Origin: %s, Translated: %s\n", r->source, r->mapped);
	if (l->dest_mapped[0])
		text_addf(out, "    Destination - Origin: %s, Translated: %s\n", r->dest_mapped,
		    r->dest_real);
	if (l->section == NAT_SECTION_OBJECT && l->service[0])
		text_addf(out, "    Service - Protocol: %s Real: %s Mapped: %s\n", l->service,
		    l->real_port, l->mapped_port);
	else if (l->service[0])
		text_addf(
		    out, "    Service - Origin: %s, Translated: %s\n", r->service, r->service_to);
}

void show_nat_rule(struct text *out, const struct show_nat_rule *r, bool detail)
{
	const struct nat_line *l = r->line;

	text_addf(out, "%u (%s) to (%s) source %s %s", l->number, l->real_if, l->mapped_if,
	    l->fixed ? "static" : "dynamic", l->source);
	say_mapped(out, l);
	say_options(out, l);
	text_addf(out, "\n    translate_hits = %" PRIu64 ", untranslate_hits = %" PRIu64 "\n",
	    r->translated, r->untranslated);
	if (detail)
		say_detail(out, r);
}
