/* show xlate: a translation in the device's lines, standing ones in two. */
#include "cli/show/xlate.h"

#include "cli/show/tracked.h"

void show_xlate_flags(struct text *out)
{
	text_add(out, "Flags: D - DNS, e - extended, I - identity, i - dynamic, r - portmap,\n"
		      "       s - static, T - twice, N - net-to-net\n");
}

/* "10.1.1.1", "10.1.1.0/24", "10.1.1.1-10.1.1.9" */
static void addresses(struct text *out, struct range r)
{
	uint64_t size = (uint64_t)r.last - r.first + 1;
	struct addr a = addr_v4(r.first), b = addr_v4(r.last);
	char text[ADDR_TEXT_MAX];
	int bits = 32;

	text_add(out, addr_text(&a, text));
	if (size == 1)
		return;
	if (size & (size - 1) || r.first & (size - 1)) {
		text_addf(out, "-%s", addr_text(&b, text));
		return;
	}
	for (; size > 1; size >>= 1)
		bits--;
	text_addf(out, "/%d", bits);
}

static void end(struct text *out, const struct show_xlate *x, const char *ifname, struct range r,
    uint16_t low, uint16_t high)
{
	text_addf(out, "%s:", ifname);
	addresses(out, r);
	if (x->protocol && x->timeout)
		text_addf(out, "/%u", low);
	else if (x->protocol)
		text_addf(out, " %u-%u", low, high);
}

static void flags(struct text *out, unsigned set)
{
	static const struct {
		unsigned flag;
		char letter;
	} row[] = {{XLATE_DNS, 'D'}, {XLATE_EXTENDED, 'e'}, {XLATE_STATIC, 's'},
	    {XLATE_PORTMAP, 'r'}, {XLATE_DYNAMIC, 'i'}, {XLATE_IDENTITY, 'I'}, {XLATE_TWICE, 'T'},
	    {XLATE_NET, 'N'}};

	text_add(out, "flags ");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		if (set & row[i].flag)
			text_addc(out, row[i].letter);
}

void show_xlate(struct text *out, const struct show_xlate *x)
{
	if (x->protocol)
		show_protocol(out, x->protocol);
	text_add(out, x->protocol ? " PAT from " : "NAT from ");
	end(out, x, x->real_if, x->real, x->real_low, x->real_high);
	text_add(out, " to ");
	end(out, x, x->mapped_if, x->mapped, x->mapped_low, x->mapped_high);
	text_add(out, x->timeout ? " " : "\n    ");
	flags(out, x->flags);
	text_add(out, " idle ");
	show_clock_span(out, x->idle);
	text_add(out, " timeout ");
	show_clock_span(out, x->timeout);
	text_addc(out, '\n');
}
