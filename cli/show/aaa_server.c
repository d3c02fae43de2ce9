/* show aaa-server: a block a server, an empty line between them. */
#include "cli/show/show.h"

#include <inttypes.h>
#include <string.h>

#include "parser/parser.h"

static bool is_local(const struct msg_rec_aaa_server *r)
{
	return strcmp(r->group_name, "LOCAL") == 0;
}

static void header(struct text *out, const struct msg_rec_aaa_server *r)
{
	bool radius = strcmp(r->protocol, "radius") == 0;
	struct addr typed;
	char a[ADDR_TEXT_MAX];

	text_addf(out, "Server Group:    %s\n", r->group_name);
	text_addf(out, "Server Protocol: %s\n", is_local(r) ? "Local database" : r->protocol);
	if (!is_local(r) && !addr_parse(r->host, &typed))
		text_addf(out, "Server Hostname: %s\n", r->host);
	text_addf(
	    out, "Server Address:  %s\n", r->address.family ? addr_text(&r->address, a) : "None");
	if (is_local(r))
		text_add(out, "Server port:     None\n");
	else if (radius && r->acct_port)
		text_addf(out, "Server port:     %u(authentication), %u(accounting)\n", r->port,
		    r->acct_port);
	else
		text_addf(out, "Server port:     %u\n", r->port);
}

static void status(struct text *out, const struct msg_rec_aaa_server *r)
{
	uint64_t when = r->active ? r->last : r->disabled;

	text_add(out, "Server status:   ");
	text_add(out, r->active ? "ACTIVE, Last transaction at " : "FAILED, Server disabled at ");
	if (when)
		show_time(out, when);
	else
		text_add(out, "unknown");
	text_addc(out, '\n');
}

static void number(struct text *out, const char *what, uint64_t n)
{
	text_addf(out, "%-40s%" PRIu64 "\n", what, n);
}

static void counters(struct text *out, const struct msg_rec_aaa_server *r)
{
	number(out, "Number of pending requests", r->pending);
	text_addf(out, "%-40s%ums\n", "Average round trip time", r->round_trip_ms);
	number(out, "Number of authentication requests", r->authentications);
	number(out, "Number of authorization requests", r->authorizations);
	number(out, "Number of accounting requests", r->accountings);
	number(out, "Number of retransmissions", r->retransmissions);
	number(out, "Number of accepts", r->accepts);
	number(out, "Number of rejects", r->rejects);
	number(out, "Number of challenges", r->challenges);
	number(out, "Number of malformed responses", r->malformed);
	number(out, "Number of bad authenticators", r->bad_authenticators);
	number(out, "Number of timeouts", r->timeouts);
	number(out, "Number of unrecognized responses", r->unrecognized);
}

/* What the device does not tell; nothing where there is nothing to tell. */
static void ours(struct text *out, const struct msg_rec_aaa_server *r)
{
	if (r->queued)
		number(out, "Number of accounting records waiting", r->queued);
	if (r->lost)
		number(out, "Number of accounting records lost", r->lost);
	if (r->why[0]) {
		text_add(out, "Last failure:    ");
		gram_add_clean(out, r->why, strlen(r->why));
		text_addc(out, '\n');
	}
}

void show_aaa_server(struct text *out, const struct msg_rec_aaa_server *rec, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i)
			text_addc(out, '\n');
		header(out, rec + i);
		status(out, rec + i);
		counters(out, rec + i);
		ours(out, rec + i);
	}
}
