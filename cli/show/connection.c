/* show xlate: the connections that the kernel tracks, in the device's lines. */
#include <netinet/in.h>
#include <stdio.h>

#include "cli/show/machine.h"

void show_in_use(struct text *out, uint32_t now, uint32_t peak)
{
	text_addf(out, "%u in use, %u most used\n", now, peak);
}

/* "0:01:59" */
static void clock_span(struct text *out, uint32_t seconds)
{
	text_addf(out, "%u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

static void protocol(struct text *out, uint8_t number)
{
	static const struct {
		uint8_t number;
		const char *word;
	} row[] = {{IPPROTO_TCP, "TCP"}, {IPPROTO_UDP, "UDP"}, {IPPROTO_ICMP, "ICMP"},
	    {IPPROTO_GRE, "GRE"}, {IPPROTO_ESP, "ESP"}, {IPPROTO_SCTP, "SCTP"}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		if (row[i].number == number) {
			text_add(out, row[i].word);
			return;
		}
	text_addf(out, "IP%u", number);
}

void show_translation_flags(struct text *out)
{
	text_add(out, "Flags: D - DNS, e - extended, I - identity, i - dynamic, r - portmap,\n"
		      "       s - static, T - twice, N - net-to-net\n");
}

static void ends(struct text *out, const char *real_if, const struct addr *real, uint16_t port,
    const char *mapped_if, const struct addr *mapped, uint16_t mapped_port)
{
	char a[ADDR_TEXT_MAX];

	text_addf(out, " PAT from %s:%s/%u to ", real_if, addr_text(real, a), port);
	text_addf(out, "%s:%s/%u flags ", mapped_if, addr_text(mapped, a), mapped_port);
}

bool show_translation(struct text *out, const struct show_connection *s)
{
	const struct msg_rec_connection *c = s->rec;

	if (!addr_equal(&c->back_dest, &c->source)) { /* its source is */
		protocol(out, c->protocol);
		ends(out, s->source_if, &c->source, c->source_port, s->dest_if, &c->back_dest,
		    c->back_dest_port);
		text_add(out, "ri");
	} else if (!addr_equal(&c->back_source, &c->dest)) { /* its destination is */
		protocol(out, c->protocol);
		ends(out, s->dest_if, &c->back_source, c->back_source_port, s->source_if, &c->dest,
		    c->dest_port);
		text_add(out, "sr");
	} else {
		return false;
	}
	text_add(out, " idle ");
	clock_span(out, c->idle);
	text_add(out, " timeout ");
	clock_span(out, c->timeout);
	text_addc(out, '\n');
	return true;
}
