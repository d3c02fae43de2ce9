/* packet-tracer: the phases of a packet's way and its end, in the device's lines. */
#include "cli/show/packet_tracer.h"

#include <netinet/in.h>

void show_tracer_phase(struct text *out, unsigned number, const struct show_phase *p)
{
	text_addf(out, "\nPhase: %u\nType: %s\nSubtype: %s\nResult: %s\n", number, p->type,
	    p->subtype ? p->subtype : "", p->drop ? "DROP" : "ALLOW");
	text_addf(out, "Config:\n%sAdditional Information:\n%s", p->config ? p->config : "",
	    p->information ? p->information : "");
}

static void interface(struct text *out, const char *way, const char *name, bool up, bool line)
{
	text_addf(out, "%s-interface: %s\n%s-status: %s\n%s-line-status: %s\n", way, name, way,
	    up ? "up" : "down", way, line ? "up" : "down");
}

void show_tracer_result(struct text *out, const struct show_tracer *t)
{
	text_add(out, "\nResult:\n");
	interface(out, "input", t->in, t->in_up, t->in_line);
	if (t->out)
		interface(out, "output", t->out, t->out_up, t->out_line);
	if (t->drop)
		text_addf(out, "Action: drop\nDrop-reason: %s\n\n", t->drop);
	else
		text_add(out, "Action: allow\n\n");
}

/* "10.1.1.0, mask=255.255.255.0"; what is no network: its first and its last address. */
static void addresses(struct text *out, uint32_t first, uint32_t last)
{
	uint32_t host = first ^ last;
	bool network = !(host & (host + 1)) && !(first & host);
	struct addr a = addr_v4(first), b = addr_v4(network ? ~host : last);
	char text[2][ADDR_TEXT_MAX];

	text_addf(out, network ? "%s, mask=%s" : "%s, last=%s", addr_text(&a, text[0]),
	    addr_text(&b, text[1]));
}

static void ports(struct text *out, uint16_t low, uint16_t high)
{
	if (low == 0 && high == UINT16_MAX)
		text_add(out, "0");
	else if (low == high)
		text_addf(out, "%u", low);
	else
		text_addf(out, "%u-%u", low, high);
}

void show_tracer_rule(struct text *out, const struct acl_rule *r, const char *in, const char *to)
{
	text_addf(out,
	    " Forward Flow based lookup yields rule:\n"
	    " in  id=0x%08x, priority=13, domain=permit, deny=%s\n"
	    "\tuser_data=0x%08x, cs_id=0x0, use_real_addr, flags=0x0, protocol=%u\n"
	    "\tsrc ip/id=",
	    r->hash, r->permit ? "false" : "true", r->line, r->protocol);
	addresses(out, r->source_first, r->source_last);
	text_add(out, ", port=");
	ports(out, r->source_low, r->source_high);
	text_add(out, ", tag=any\n\tdst ip/id=");
	addresses(out, r->dest_first, r->dest_last);
	if (r->protocol == IPPROTO_ICMP) {
		text_add(out, ", icmp-type=");
		ports(out, r->dest_low >> 8, r->dest_high >> 8);
	} else {
		text_add(out, ", port=");
		ports(out, r->dest_low, r->dest_high);
	}
	text_addf(out, ", tag=any, dscp=0x0\n\tinput_ifc=%s, output_ifc=%s\n", in, to);
}
