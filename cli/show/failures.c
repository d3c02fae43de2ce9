/* show vpn failures: a line an entry, or with `detail` all that is known of it, the cure last. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/show/show.h"
#include "engine/base/time_zone.h"

/* What strangers have called themselves may be longer than its column. */
#define LINE "%-15s %5s  %-15s %-17.17s %-16.16s %-18s %4s  "

static void add_line(struct text *out, const struct msg_rec_failure *r)
{
	char when[32], times[16], code[8] = "-", from[ADDR_TEXT_MAX];
	const char *zone;
	struct tm tm;

	zone_local(zone_here(), (int64_t)r->last, &tm, &zone);
	strftime(when, sizeof(when), "%b %d %H:%M:%S", &tm);
	snprintf(times, sizeof(times), "%u", r->count);
	if (r->windows)
		snprintf(code, sizeof(code), "%u", r->windows);
	text_addf(out, LINE "%s\n", when, times, addr_text(&r->address, from), r->client,
	    r->user[0] ? r->user : "-", r->stage, code, r->reason);
}

static void add_field(struct text *out, const char *label, const char *value)
{
	if (value[0])
		text_addf(out, "  %-13s: %s\n", label, value);
}

static void add_time(struct text *out, const char *label, uint64_t when)
{
	text_addf(out, "  %-13s: ", label);
	show_time(out, when);
	text_addc(out, '\n');
}

/* As it can be pasted: each line by itself. */
static void add_cure(struct text *out, const char *cure)
{
	text_add(out, "  Cure         :\n");
	while (*cure) {
		size_t n = strcspn(cure, "\n");

		text_add(out, "    ");
		text_addn(out, cure, n);
		text_addc(out, '\n');
		cure += n + (cure[n] == '\n');
	}
}

static void add_block(struct text *out, const struct msg_rec_failure *r)
{
	char from[ADDR_TEXT_MAX];

	text_addf(out, "Address %s port %u\n", addr_text(&r->address, from), r->port);
	text_addf(out, "  %-13s: %s%s%s\n", "Reason", r->reason, r->detail[0] ? ": " : "",
	    r->detail);
	add_field(out, "Stage reached", r->stage);
	if (r->windows)
		text_addf(out, "  %-13s: error %u\n", "Windows says", r->windows);
	add_field(out, "Client", r->client);
	add_field(out, "User", r->user);
	text_addf(out, "  %-13s: %u\n", "Times", r->count);
	if (r->count > 1)
		add_time(out, "First", r->first);
	add_time(out, "Last", r->last);
	add_field(out, "Interface", r->ifname);
	add_field(out, "Tunnel group", r->tunnel_group);
	add_field(out, "Group policy", r->group_policy);
	add_field(out, "Phase 1", r->chosen);
	add_field(out, "Offered", r->offered);
	add_field(out, "Configured", r->configured);
	if (r->cure[0])
		add_cure(out, r->cure);
	text_addc(out, '\n');
}

void show_failures(struct text *out, const struct msg_rec_failure *rec, size_t n, uint32_t gone,
    bool detail)
{
	if (!n) {
		text_add(out, "INFO: There are no failed attempts to connect\n");
		return;
	}
	if (!detail)
		text_addf(out, LINE "%s\n", "Last", "Times", "Address", "Client", "User",
		    "Stage reached", "Code", "Reason");
	for (size_t i = 0; i < n; i++) {
		if (detail)
			add_block(out, &rec[i]);
		else
			add_line(out, &rec[i]);
	}
	if (gone)
		text_addf(out, "%u older ones gave way to newer ones\n", gone);
}
