/* See tracked.h. */
#include "cli/show/tracked.h"

#include <netinet/in.h>

void show_in_use(struct text *out, uint32_t now, uint32_t peak)
{
	text_addf(out, "%u in use, %u most used\n", now, peak);
}

void show_clock_span(struct text *out, uint32_t seconds)
{
	text_addf(out, "%u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

void show_protocol(struct text *out, uint8_t number)
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
